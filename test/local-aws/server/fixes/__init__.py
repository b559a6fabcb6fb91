"""Fixes the differences of stock moto 5.2.1 from AWS, by service.

Importing a module of this package applies its fixes. Every fix says what AWS does, what moto does, and the symptom.
"""

"""What stock moto 5.2.1 does differently from AWS, put right service by service.

Importing a module of this package applies its fixes. Every fix says what AWS does, what moto does, and the symptom.
"""

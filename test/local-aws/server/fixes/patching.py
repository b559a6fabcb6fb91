"""The only mechanism with which this package changes moto."""

import functools


def replaces(owner, name):
    """Replaces `owner.name` by the decorated function, which receives the original as its first argument."""
    original = getattr(owner, name)

    def decorate(replacement):
        @functools.wraps(original)
        def patched(*args, **kwargs):
            return replacement(original, *args, **kwargs)

        setattr(owner, name, patched)
        return patched

    return decorate

"""A deployment without the words of a language is refused: its pages would silently be in English."""

from django.core.checks import Error, Tags, register

from . import catalogues


@register(Tags.translation, deploy=True)
def words_are_made(app_configs, **_):
    """`check --deploy` says which language has no words, or older ones than its catalogue."""
    hint = "Run: python -m config.tongues compile"
    return [
        Error(f"The words of {language} are not made from their catalogue.", hint=hint, id="causeway.E003")
        for language in catalogues.not_made()
    ]

"""`make messages` brings the catalogues up to date; with `compile`, only Django's files are made of them."""

import os
import sys

from config.tongues import catalogues


def main(asked):
    if asked == ["compile"]:
        for language in catalogues.compile_all():
            print(f"  {language}: made")
        return 0
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.base"  # without a server or a secret
    import django

    django.setup()
    from config.tongues.scopes import needed
    from config.tongues.sources import everything

    texts, waiting = everything(), 0
    for language in catalogues.LANGUAGES:
        fresh, gone = catalogues.update(language, needed(language, texts))
        print(f"  {language}: {len(fresh)} without words, {len(gone)} taken out")
        for text in fresh:
            print(f"    waits: {text}")
        waiting += len(fresh)
    catalogues.compile_all()
    print(f"  {len(texts)} texts in all; those of members' pages are in English alone.")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

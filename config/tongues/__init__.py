"""Languages: what is said in which, where its words lie, and that none of them is missing.

`sources` reads every text for people out of the code, `scopes` says which of them must be there in every
language, `catalogues` keeps them in `config/locale/<language>/LC_MESSAGES/django.po` and makes the files
that Django reads. `make messages` brings the catalogues up to date; docs/translations.md says how.
"""

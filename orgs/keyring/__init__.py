"""Members hold the keys: who can open an organization's secrets, and how they come to (R11, R12, C18, C19).

`members` has a member's key pair and the grants that seal the secrets to it, `holding` keeps opened secrets
between two requests of a signed-in member, `kit` is the way back when every passphrase is lost, `rotation`
makes new secrets and brings what is sealed over to them.
"""

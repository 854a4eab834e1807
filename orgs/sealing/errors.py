"""What can go wrong with a sealed value, in the three words that the rest of the code needs."""


class Locked(Exception):
    """The running code has not opened the secrets that this needs (R11).

    A worker never opens any; a web request opens those of the signed-in member's organization.
    """


class Tampered(Exception):
    """A sealed value does not open where it lies: moved, cut, or changed (C18)."""


class Doubted(Locked):
    """Nothing is sealed for this organization: the key in its row is not known to be its own (R11).

    `organization_id` says whose key it is.
    """

    def __init__(self, organization_id):
        super().__init__("The organization's public key is not signed as it should be.")
        self.organization_id = organization_id

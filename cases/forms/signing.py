"""Who signs a release, and how: on the device that is handed over, or on paper that is photographed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import drawing, signing
from orgs import codes, names, uploads
from orgs.forms.base import CausewayForm, Radios
from orgs.forms.spoken import speak

from .contact import hints

SIGNERS = codes.load("cases", "signer_types")
SIGNATURES = codes.load("cases", "signature_methods")
COPIES = codes.load("cases", "copy_answers")
NOT_THEIRS = _(
    "This is not the name given above of who signs here. The one who signs types that name, or draws a "
    "signature. If the name above is wrong, correct it there."
)
# What whoever signs reads and presses themselves: in the language of the text that they sign.
SPOKEN = ("drawn", "typed", "adopted", "co_drawn", "co_typed", "co_adopted")
DRAW = _("Draw the signature in the box, or type the name and adopt it.")


class DrawnSignature(forms.Widget):
    """A box to draw in with finger, pen or mouse. Without JavaScript it says what to do instead."""

    template_name = "components/drawn_signature.html"
    use_fieldset = True

    def get_context(self, name, value, attrs):
        box = {"width": drawing.WIDTH, "height": drawing.HEIGHT}
        return super().get_context(name, value, attrs) | {"box": box}


class DrawnField(forms.CharField):
    """Cleans to strokes; [] when nothing was drawn."""

    widget = DrawnSignature
    default_error_messages = {
        "broken": _("The drawing could not be read. Clear the box and sign again."),
        "dot": _("That is too little for a signature. Clear the box and sign again, or type the name."),
    }

    def clean(self, value):
        strokes = drawing.read_drawing(value)
        if strokes is None:
            raise forms.ValidationError(self.error_messages["broken"], code="broken")
        if strokes and not drawing.is_a_drawing(strokes):
            raise forms.ValidationError(self.error_messages["dot"], code="dot")
        return strokes


class SignForm(CausewayForm):
    """Who signs, by age and capacity (R22); whoever harmed the person is never offered."""

    say_optional = False  # one of several ways is needed; the page shows those of the answer given
    signer_type = forms.ChoiceField(label=_("Who signs?"), widget=Radios)
    signer_name = forms.CharField(
        label=_("Name of who signs"), max_length=120, help_text=_("The name to use is enough.")
    )
    cosigner_name = forms.CharField(
        label=_("Name of the parent or guardian who signs too"), max_length=120, required=False
    )
    not_abuser = forms.BooleanField(
        label=_("Whoever signs for or with the person has not harmed them, and is not who they fear"),
        required=False,
    )
    signature_method = forms.ChoiceField(
        label=_("How is it signed?"),
        choices=[choice for choice in SIGNATURES.choices if choice[0] in signing.SIGNATURES],
        widget=Radios(
            hints={
                "WET_SCAN": _("You hold the signed paper. A yes by word alone does not open a release."),
                "IN_PERSON_DEVICE": _("Hand the device over; they sign below themselves."),
            }
        ),
    )
    drawn = DrawnField(label=_("Signature"), required=False)
    typed = forms.CharField(label=_("Or the name, typed by who signs"), max_length=120, required=False)
    adopted = forms.BooleanField(label=_("The typed name is my signature"), required=False)
    co_drawn = DrawnField(label=_("Signature of the parent or guardian"), required=False)
    co_typed = forms.CharField(
        label=_("Or their name, typed by the parent or guardian"), max_length=120, required=False
    )
    co_adopted = forms.BooleanField(label=_("This typed name is my signature too"), required=False)
    copy_offered = forms.ChoiceField(
        label=_("You offered a copy. Their answer?"),
        choices=COPIES.choices,
        widget=Radios(hints=hints(COPIES)),
    )
    kept = forms.CharField(
        label=_("Where the signed paper is kept"),
        max_length=200,
        required=False,
        help_text=_("Or that you destroyed it, if nobody may find it."),
    )
    paper = forms.FileField(
        label=_("Picture or scan of the signed paper"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        help_text=_(
            "JPEG, PNG or PDF, at most 6 MB. It is kept sealed. What the file says of where, when and with "
            "what it was taken is removed first; what can be seen in the picture stays."
        ),
    )  # last, so that what is typed has arrived when a file is too large

    def __init__(self, *args, minor, died=False, language="en", **kwargs):
        super().__init__(*args, **kwargs)
        for name in SPOKEN:
            speak(self.fields[name], language)
        offered = signing.signers_for(minor, died)
        self.fields["signer_type"].choices = [choice for choice in SIGNERS.choices if choice[0] in offered]
        if minor is False or died:
            self.fields["signer_type"].initial = offered[0]
            for name in ("cosigner_name", "co_drawn", "co_typed", "co_adopted"):
                del self.fields[name]

    def clean_paper(self):
        sent = self.cleaned_data["paper"]
        return uploads.read_paper(sent) if sent else None

    def clean(self):
        said = super().clean()
        signer, method = said.get("signer_type"), said.get("signature_method")
        both = signer == "MINOR_WITH_PARENT"
        for name in ("signer_name", *(("cosigner_name",) if both else ())):
            if names.names_two(said.get(name) or ""):
                self.add_error(name, names.ONE_SIGNS)
        if signer and signer not in signing.BY_THEMSELVES and not said.get("not_abuser"):
            self.add_error("not_abuser", _("Make sure of this first. If you cannot, they may not sign."))
        if both and not said.get("cosigner_name"):
            self.add_error("cosigner_name", _("Both sign: give the other name too."))
        if method == "IN_PERSON_DEVICE":
            self._insist("signer_name", "drawn", "typed", "adopted")
            if both:
                self._insist("cosigner_name", "co_drawn", "co_typed", "co_adopted")
        if method == "WET_SCAN" and not said.get("paper") and "paper" not in self.errors:
            self.add_error("paper", _("Take a picture of the signed paper, or scan it, and choose it here."))
        if self.errors and said.get("paper"):
            self.add_error("paper", _("Choose the file once more: a browser does not keep it."))
        return said

    def _insist(self, name, drawn, typed, adopted):
        """A drawing, or the signer's own name typed and adopted (R17)."""
        said = self.cleaned_data
        if said.get(drawn) or drawn in self.errors:
            return
        if not said.get(typed):
            self.add_error(drawn, DRAW)
            return
        if said.get(name) and not names.same(said[typed], said[name]):
            self.add_error(typed, NOT_THEIRS)
        if not said.get(adopted):
            self.add_error(adopted, _("Who typed the name ticks this themselves, or draws a signature."))

    def signed(self):
        """For `Release.sign`."""
        said = self.cleaned_data
        on_paper = said["signature_method"] == "WET_SCAN"
        both = said["signer_type"] == "MINOR_WITH_PARENT"
        if on_paper:
            signature = {"kept": said["kept"]}
        else:
            signature = {"first": self._by("drawn", "typed")}
            signature |= {"second": self._by("co_drawn", "co_typed")} if both else {}
        kept = ("signer_type", "signer_name", "signature_method", "copy_offered", "not_abuser")
        return {
            **{name: said[name] for name in kept},
            "cosigner_name": said.get("cosigner_name", "") if both else "",
            "signature": signature,
            "paper": said["paper"] if on_paper else None,
        }

    def _by(self, drawn, typed):
        said = self.cleaned_data
        return {"drawn": said[drawn]} if said[drawn] else {"typed": said[typed]}

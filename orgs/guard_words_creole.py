"""What `orgs.guard` looks for in Haitian Creole, by kind as in `orgs.guard_words`, in its usual spellings.

A verb after “te” tells what was done; the same verb after “pral”, “ka” or “ap” is a danger, and may be said.
An order can be violated too (“vyole lòd la”), and somebody be asked for after a rape (“apre yon kadejak”).
"""

_THEM = r"(?:li|l|m|mwen|yo|nou|(?:yon |ti )?(?:fi|fanm|dam|madanm|gason|timoun|pitit|manman|viktim)\w*)"
_RULES = r"(?:l[òo]d|lwa|r[èe]g|dwa|kondisyon)"

CREOLE = {
    "immigration_status": (
        # “pa gen papye li”: somebody has them, which is a sign of trafficking.
        r"san papye|sans[- ]papiers|(?:pa|pat|pa t|pa te) gen (?:okenn )?papye(?! (?:li|l|yo|m|mwen)\b)",
        r"(?:antre|rantre|vini|viv|rete|isit) ilegal(?:man)?|ilegal nan (?:peyi|teritwa)",
        r"viza (?:li |l )?(?:ekspire|fini|touris|travay|etidyan|[TU])|(?:pa|pat|pa t) gen viza|san viza",
        r"(?:kat|gwin|green) ?(?:rezidans|v[èe]t|kat)|rezidans p[èe]manan|estati (?:imigrasyon|legal)",
        r"(?:mande|dosye|ka) azil|azil politik|te dep[òo]te|l[òo]d dep[òo]tasyon",
    ),
    "criminal_justice": (r"(?:dosye|kazye) (?:kriminel|jidisy[èe])|manda (?:arestasyon|darè)",),
    "medical": (
        r"(?:gen|ak) sida|s[èe]wopozitif|sifilis|gonore|klamidya|epatit",
        r"gwo vant|gw[òo]s[èe]s|(?:li|fi a|m) gw[òo]s|fosk?kouch|foskouch|av[òo]tman",
        r"dyagnostik\w*|t[èe]s (?:la )?(?:pozitif|gw[òo]s[èe]s|dw[òo]g|VIH)",
        r"rezilta (?:t[èe]s|egzamen|laboratwa)\w*",
        r"dosye medikal|eskizofreni|zo (?:li |l )?kase|kase (?:bra|janm|k[òo]t|zo)",
    ),
    "narrative": (
        r"(?:te|t ap|tap|t'ap) kadejak\w*|kadejake|f[èe] (?:li|l|m|mwen|yo) kadejak|f[èe] kadejak sou",
        rf"(?<!pral )(?<!ka )(?<!\bap )(?:vyole|viole) {_THEM}(?![òo]d)\b|te (?:vyole|viole)(?! {_RULES})\b",
        rf"(?:te|t ap|tap|t'ap|konn) "
        r"(?:bat|frape|fwape|kale|toufe|trangle|ponyade|boule|mare|dwoge|manyen|penetre)"
        rf" {_THEM}\b",
        r"f[òo]se (?:li|l|m|mwen|yo) (?:f[èe] (?:s[èe]ks|bagay)|kouche)|f[òo]se l$",
        r"abize (?:li|l|m|mwen|yo) seksy[èe]lman|s[èe]ks (?:oral|anal)|manyen (?:pati|kò) ",
    ),
}

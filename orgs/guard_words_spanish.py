"""What `orgs.guard` looks for in Spanish, kind by kind as in `orgs.guard_words`, with and without accents.

An order or a law can be violated too (“violó la orden”), an advocate be asked for after a rape, and papers be
taken away: these may be said.
"""

_HER = r"(?:la|lo|le|me|te|las|los|nos)"
_WAS = r"(?:fue|fueron|fui|ha sido|hab[ií]a sido|han sido|result[oó])"
_RULES = r"(?:orden|ley|reglas?|condici[oó]n(?:es)?|probatoria|privacidad|derechos?)"

SPANISH = {
    "immigration_status": (
        r"(?:no|ni) (?:tiene|tienen|tengo|ten[ií]a|ten[ií]an) papeles",
        r"(?:inmigrante|extranjer[oa])s? ilegal(?:es)?|ilegales|ilegal(?:mente)? en (?:el pa[ií]s|Estados)",
        r"(?:est[aá]|estaba|entr[oó]|vive|lleg[oó]|vino|cruz[oó]) ilegal(?:mente)?",
        r"(?:es|era) ilegal y|estat?us (?:migratorio|legal|de inmigraci[oó]n)",
        r"visas? (?:vencidas?|expiradas?|de (?:turista|trabajo|estudiante|turismo)|[TU])",
        r"(?:se )?(?:le )?(?:venci[oó]|expir[oó]) (?:la|su) visa|sin visa",
        r"tarjeta verde|residen(?:te|cia) (?:legal|permanente)",
        r"asilo pol[ií]tico|caso de asilo|(?:pidi[oó]|solicit\w+) (?:de )?(?:el )?asilo",
        rf"{_WAS} deportad[oa]s?|orden de deportaci[oó]n",
    ),
    "criminal_justice": (
        r"antecedentes (?:penales|criminales|policiales)|r[eé]cord (?:criminal|policial)",
        r"(?:orden|[oó]rdenes) de arresto (?:pendientes?|activas?)|arrestos previos",
    ),
    "medical": (
        r"(?:VIH|seropositiv[oa])(?:[- ]?positiv[oa])?|(?-i:SIDA)|(?:tiene|con|de) sida",
        r"s[ií]filis|gonorrea|clamidia|hepatitis|\bITS\b",
        r"embarazad[ao]s?|embarazos?|encinta|pre[ñn]ada|mal ?parto|abort[oó]|abortos?",
        r"diagn[oó]stic\w*|(?:dio|sali[oó]|result[oó]) positiv[oa]",
        r"prueba (?:positiva|de (?:drogas|embarazo))",
        r"resultados? (?:del?|de la|de los|de las) (?:kit|ex[aá]men(?:es)?|pruebas?|laboratorio|an[aá]lisis)",
        r"(?:historial|expediente|r[eé]cord) m[eé]dico|esquizofreni\w*|sobredosis",
        r"costillas? (?:rotas?|quebradas?)|moretones|laceraci[oó]n(?:es)?|conmoci[oó]n cerebral",
    ),
    "narrative": (
        rf"{_HER} (?:viol[oóeé]|violaron|violaba|violaban|han? violado|hab[ií]an? violado)(?! {_RULES})",
        r"(?:viol[oó]|violaron|violaba|violado) a (?:la|el|su|sus|una?|mi|ella|[eé]l|ell[ao]s)(?! orden\b)",
        rf"(?<!orden )(?<!ley )(?<!regla )(?<!protecci[oó]n ){_WAS} violad[oa]s?",
        r"(?:mujer|ni[ñn][oa]|v[ií]ctima|muchacha|joven|persona) violad[oa]",
        r"violad[oa]s? por (?:[eé]l|su|un|el)",
        r"(?:sufri[oó]|hubo|cometi[oó]) (?:una )?violaci[oó]n(?! (?:de|a) (?:la|su|una|los|las|mi)\b)",
        r"(?:abus[oó]|abusaron|abusaba|abusad[oa]s?) sexualmente",
        r"(?:abusó|abusaron|abusaba) de "
        r"(?:ella|[eé]l|m[ií]|ell[ao]s|la (?:ni[ñn]a|mujer|v[ií]ctima)|su hij[oa])",
        rf"{_HER} (?:golpe|pate|apuñal|estrangul|ahorc|asfixi|abofete|drog|amarr|amordaz|manose|penetr)"
        r"(?:[oó]|aron|aba|aban)",
        rf"{_HER} (?:peg[oó]|pegaron|pegaba)(?! (?:un|una|el|la|los|las) (?:nota|papel|aviso|cartel|sello))",
        r"(?:la|me) (?:quem[oó]|quemaron)",
        rf"{_WAS} (?:golpe|apuñal|estrangul|drog|manose|penetr|pate)ad[oa]s?",
        r"(?:forz[oó]|oblig[oó]|forzaron|obligaron|obligad[oa]) a "
        r"(?:tener (?:sexo|relaciones)|hacer\w* sexo)",
        r"sexo (?:oral|anal|forzado)|penetraci[oó]n|eyacul\w*|pene|toc[oó] (?:sus|las) partes",
    ),
}

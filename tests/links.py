"""Every link of a page leads to a page: none to an address that takes only a press."""

import re


def every_link_opens(client, page):
    """Follow the links of the main part of `page`; returns all that they show, as one text."""
    main = client.get(page).content.decode().split("<main")[1].split("</main")[0]
    found = [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main)]
    shown = []
    for link in dict.fromkeys(found):
        answer = client.get(link)
        assert answer.status_code == 200, (link, answer.status_code)
        shown.append(answer.content.decode())
    assert shown, "there is no link"
    return "\n".join(shown)

"""The way of a person from a client's log-in address to the code that the page shows."""

import os

from browser import Browser


def authorize(address):
    """Signs in, chooses the account, allows, and reads the code."""
    browser = Browser().open(address)
    if browser.has("input[type=password]"):
        browser.submit("input[type=password]", email=os.environ["WORLD_EMAIL"], password=os.environ["WORLD_PASSWORD"])
    if not browser.has("#code"):
        browser.submit("form[action*='/oauth/authorize']", press="button[value=allow]")
    code = browser.page.select_one("#code")
    assert code is not None, f"{browser.url} shows no code:\n{browser.page.prettify()}"
    return code.get("value") or code.get_text(strip=True)

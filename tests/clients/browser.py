"""A browser without script: follows links and redirects, keeps cookies, fills in forms as a person does."""

import requests
from bs4 import BeautifulSoup


class Browser:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers["accept"] = "text/html"
        self.session.headers["accept-language"] = "de"

    def open(self, url):
        return self._show(self.session.get(url))

    def _show(self, response):
        self.url = response.url
        self.page = BeautifulSoup(response.text, "html.parser")
        assert response.ok, f"{response.url}: {response.status_code}\n{self.text()}"
        return self

    def text(self):
        return self.page.get_text(" ", strip=True)

    def has(self, selector):
        return self.page.select_one(selector) is not None

    def submit(self, selector, press=None, **values):
        """Fills in the form that `selector` finds in and sends it; `press` chooses among several buttons."""
        found = self.page.select_one(selector)
        assert found is not None, f"{self.url} has no {selector}:\n{self.page.prettify()}"
        form = found if found.name == "form" else found.find_parent("form")
        fields = _fields(form)
        for name, value in values.items():
            assert any(name == field for field, _ in fields), f"{self.url} has no field {name}: {fields}"
            fields = [(field, value if field == name else old) for field, old in fields]
        button = press and form.select_one(press)
        if button is not None and button.get("name"):
            fields.append((button["name"], button.get("value", "")))

        address = requests.compat.urljoin(self.url, form.get("action") or self.url)
        if form.get("method", "get").lower() == "get":
            return self._show(self.session.get(address, params=fields))
        return self._show(self.session.post(address, data=fields))


def _fields(form):
    """What a browser would send, the chosen ones of radios and selects included."""
    fields = []
    for element in form.select("input[name], textarea[name], select[name]"):
        kind = element.get("type", "text")
        if element.name == "textarea":
            fields.append((element["name"], element.get_text()))
        elif element.name == "select":
            option = element.select_one("option[selected]") or element.select_one("option")
            fields.append((element["name"], option.get("value", option.get_text(strip=True))))
        elif kind in ("checkbox", "radio"):
            if element.has_attr("checked"):
                fields.append((element["name"], element.get("value", "on")))
        elif kind not in ("submit", "button", "reset", "image", "file"):
            fields.append((element["name"], element.get("value", "")))
    return fields

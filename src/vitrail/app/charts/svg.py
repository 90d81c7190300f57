"""Writing SVG elements by hand, for the charts Altair does not have."""

from __future__ import annotations

from markupsafe import Markup, escape


def element(name: str, *inside: str, **attributes: object) -> Markup:
    """An element with its attributes and what is inside; text is escaped, elements are not.

    An underscore in the name of an attribute stands for a hyphen; what is None is left out.

    >>> str(element("rect", element("title", "a < b"), x=1.25, font_size=12, class_="tile"))
    '<rect x="1.2" font-size="12" class="tile"><title>a &lt; b</title></rect>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(str(escape(each)) for each in inside)
    return Markup(f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>")


def linked(address: str, *inside: str) -> Markup:
    """What is inside as a link, when it leads somewhere."""
    return element("a", *inside, href=address) if address else element("g", *inside)


def whole(*inside: str, size: tuple[float, float], label: str, links: bool) -> str:
    """A whole drawing of so many pixels, which shrinks with its place."""
    width, height = size
    return str(
        element(
            "svg",
            *inside,
            class_="chart",
            role="group" if links else "img",
            aria_label=label,
            width=width,
            height=height,
            viewBox=f"0 0 {width:g} {height:g}",
        )
    )


def letters(text: str, size: float) -> float:
    """About how wide a text is, in a wide font of so many pixels."""
    return 0.66 * size * len(text)


def _value(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(escape(value))

"""Every page of the web app, by its address: what is listed here is looked at by the tests of pages."""

PAGES = (
    "/segments",
    "/segments?kind=classes&sort=size&down=1",
    "/segments?q=nothing+is+called+so",
    "/no/such/page",
)

"""Charts drawn on the server: values in, SVG out, for pages and for reports.

Colours are variables of the style sheet (`--chart-1`, `--chart-heat-3`…), so that a drawing follows the light
of the page it is in; no mark has a style of its own, which the content policy of pages would refuse. Each
mark has a title and, where it leads somewhere, a link.
"""

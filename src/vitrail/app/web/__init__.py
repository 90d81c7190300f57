"""What the pages of the web app show, and how: everything but the answering itself, which is `app.http.web`.

To add a page, in this order:

1. a function here that reads the workspace and returns a frozen value (`segments/listing.py`);
2. a template in `templates/` that extends `base.html` and draws this value, its words in `{{ _("…") }}`;
3. a route in `app/http/web/` that calls `show(request, "page.html", title=…, section=…, …)`, and its
   line in `page_routes`;
4. its address in `tests/app/web/addresses.py`: it is then tested for accessibility, contrast in both
   themes, both widths and both languages, third parties and what the browser refuses;
5. `make words`, then the French of the new sentences in `locales/fr/LC_MESSAGES/web.po`.

A page works without script. `static/live.js` makes it quicker where a form has `data-live`: what is typed
is sent after a pause, and every element of the answer that has `data-part` and an `id` takes the place
of the one on the page; the place of the cursor stays.
"""

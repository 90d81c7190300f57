"""The reference says what the code says, and no link of the documentation is broken."""

import pytest

from tools import docs, links


def test_reference_is_fresh():
    stale = list(docs.stale(docs.written()))
    if stale:
        pytest.fail("\n".join(stale), pytrace=False)


def test_links_lead_somewhere():
    broken = list(links.broken(docs.ROOT))
    if broken:
        pytest.fail("\n".join(broken), pytrace=False)


@pytest.mark.parametrize("link", ["other.md", "other.md#a-title", "#here", "https://x.org/y"])
def test_a_good_link_passes(tmp_path, link):
    assert not broken_links(tmp_path, link)


@pytest.mark.parametrize("link", ["missing.md", "other.md#no-title", "#nowhere"])
def test_a_broken_link_is_seen(tmp_path, link):
    assert broken_links(tmp_path, link)


def broken_links(folder, link):
    (folder / "other.md").write_text("# A title\n")
    (folder / "page.md").write_text(f"# Here\n\n[a link]({link})\n\n```\n[not](one.md)\n```\n")
    return list(links.broken(folder))

"""What of a message is seen, and what is not."""

import pytest

from tests.unit.toolgrad_data.tasks.playing import own_play, records, reward_of, with_turn
from toolgrad_data.tasks.shown import shown_text

_BERGEN = 0
_VALUES = "Sunrise is at 05:14 and sunset at 21:58."


@pytest.mark.parametrize(
    "words",
    [
        f"<p hidden>{_VALUES}</p>Nothing came.",
        f'<span style="display:none">{_VALUES}</span> Nothing came.',
        f'<font color="white">{_VALUES}</font> Nothing came.',
        f"<div hidden><p>Well.</p><p>{_VALUES}</p></div> Nothing came.",
        f"<template>{_VALUES}</template>",
        f"<script>{_VALUES}</script> Nothing came.",
        f"<strike>{_VALUES}</strike>",
        f"<DEL class='x'>{_VALUES}</del >",
        f"<p hidden>{_VALUES}",
        f"<p hidden/>{_VALUES}",
        f'<a title="{_VALUES}">Nothing came.</a>',
        f"<!{_VALUES}>",
        f"<?php {_VALUES}?>",
        f"<![CDATA[{_VALUES}]]>",
        f"Nothing came. </p {_VALUES}",
        f"Nothing came.\n\n[//]: # ({_VALUES})",
        f"Nothing came.\n\n[a]: http://example.org\n  '{_VALUES}'\n",
        f'[Nothing came](https://example.org "{_VALUES}").',
        f"![{_VALUES}](x.png) Nothing came.",
    ],
)
async def test_what_is_not_seen_is_not_told(words: str) -> None:
    record = records()[_BERGEN]
    reward = await reward_of(record, with_turn(own_play(record), 0, message=words))
    assert not reward.solved, reward.answer


@pytest.mark.parametrize(
    "words",
    [
        "<p>Sunrise is at <b>05:14</b>,<br>sunset at <em>21:58</em>.</p>",
        "<ul>\n<li>Sunrise is at 05:14</li>\n<li>Sunset is at 21:58</li>\n</ul>",
        "Sunrise is at [05:14](https://example.org) and sunset at 21:58.",
        "[Note]: Sunrise is at 05:14 and sunset at 21:58.",
        "As a < b & c > d, sunrise is at 05:14 and sunset at 21:58 &mdash; fine.",
        "<answer>Sunrise is at 05:14 and sunset at 21:58.</answer>",
        "~~Well.~~ <s>Hm.</s> <!-- so --> Sunrise is at 05:14 and sunset at 21:58.",
    ],
)
async def test_what_is_seen_is_told(words: str) -> None:
    record = records()[_BERGEN]
    assert (await reward_of(record, with_turn(own_play(record), 0, message=words))).solved


@pytest.mark.parametrize(
    "text", ["a <b>c</b> d", "é <p hidden>x\ny</p> z", "<", "&", "&#53; &lt;x", "<https://a.b/5> 7"]
)
def test_places_stay_where_they_were(text: str) -> None:
    shown = shown_text(text)
    assert len(shown) == len(text)
    assert all(one in (" ", other) for one, other in zip(shown, text, strict=True))
    assert "https://a.b/5" in shown or "https" not in text

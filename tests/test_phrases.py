import pytest

from armswing.errors import ConfigError
from armswing.patterns import patterns
from armswing.phrases import Phrases, english, load_phrases

MOST_WORDS = 8


@pytest.mark.parametrize("key", sorted(english()))
def test_every_text_can_be_filled_and_is_short(key):
    sides = {"arm": "right", "leg": "left", "Arm": "Right", "Leg": "Left", "joint": "left knee"}
    text = english()[key].format(**sides, count="12", pattern="push", set="2")
    assert "{" not in text
    assert 1 <= len(text.split()) <= MOST_WORDS


def test_every_cue_of_every_rule_is_in_the_table():
    for pattern in patterns().values():
        for rule in pattern.rules:
            for end, cue in rule.cues.items():
                assert english()[f"{rule.code}.{end}"] == cue


def test_both_arms_are_spoken_of_as_each():
    assert Phrases().say("PUSH_COUPLING.low", side="both") == "Each hand out, opposite knee in."


def test_what_a_translation_leaves_out_stays_english(tmp_path):
    file = tmp_path / "de.toml"
    file.write_text('"screen.reps" = "Wdh."\n', encoding="utf-8")
    phrases = load_phrases(file)
    assert (phrases.say("screen.reps"), phrases.say("screen.last")) == ("Wdh.", "last")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"screen.rep" = "x"', "did you mean screen.reps"),
        ('"screen.reps" = 3', "must be a text in quotes"),
        ('"screen.reps" = " "', "must be a text in quotes"),
        ('"screen.reps" = "{arm}"', "{arm} cannot be filled"),
        ('"screen.reps" = "{arm"', "write a brace twice"),
        ("screen.reps", "expected TOML"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused_in_plain_words(tmp_path, text, said):
    file = tmp_path / "de.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"de\.toml") as caught:
        load_phrases(file)
    assert said in str(caught.value)


def test_a_missing_translation_says_so(tmp_path):
    with pytest.raises(ConfigError, match="check the path"):
        load_phrases(tmp_path / "none.toml")

"""The 33 landmarks, their mirror image and the two sides."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from armswing.landmarks import BONES, JOINTS, MIRROR, N_LANDMARKS, Joint, Landmark, Side

# In the order of MediaPipe's documentation of the pose landmarker.
MEDIAPIPE = (
    "nose",
    "left eye (inner)", "left eye", "left eye (outer)",
    "right eye (inner)", "right eye", "right eye (outer)",
    "left ear", "right ear",
    "mouth (left)", "mouth (right)",
    "left shoulder", "right shoulder",
    "left elbow", "right elbow",
    "left wrist", "right wrist",
    "left pinky", "right pinky",
    "left index", "right index",
    "left thumb", "right thumb",
    "left hip", "right hip",
    "left knee", "right knee",
    "left ankle", "right ankle",
    "left heel", "right heel",
    "left foot index", "right foot index",
)  # fmt: skip


def test_names_and_numbers_are_those_of_mediapipe() -> None:
    documented = [name.replace("(", "").replace(")", "").replace(" ", "_").upper() for name in MEDIAPIPE]
    assert [mark.name for mark in Landmark] == documented
    assert [mark.value for mark in Landmark] == list(range(33))
    assert N_LANDMARKS == 33


def test_mirror_exchanges_left_and_right_and_nothing_else() -> None:
    for mark in Landmark:
        image = Landmark(MIRROR[mark])
        if mark is Landmark.NOSE:
            assert image is mark
        else:
            assert image.name != mark.name
            assert sorted(image.name.replace("LEFT", "RIGHT")) == sorted(mark.name.replace("LEFT", "RIGHT"))
    np.testing.assert_array_equal(MIRROR[MIRROR], np.arange(33))


def test_mirror_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        MIRROR[0] = 1


@pytest.mark.parametrize("joint", get_args(Joint))
def test_a_side_knows_its_joints(joint: Joint) -> None:
    left, right = Side.LEFT.landmark(joint), Side.RIGHT.landmark(joint)
    assert (left.name, right.name) == (f"LEFT_{joint.upper()}", f"RIGHT_{joint.upper()}")
    assert MIRROR[left] == right


def test_sides_are_opposite_and_z_points_to_the_right() -> None:
    assert Side.LEFT.opposite is Side.RIGHT
    assert Side.RIGHT.opposite is Side.LEFT
    assert (Side.LEFT.sign, Side.RIGHT.sign) == (-1, 1)
    assert [Side("left"), Side("right")] == [Side.LEFT, Side.RIGHT]


def test_the_drawn_skeleton_is_symmetric_and_in_one_piece() -> None:
    bones = {frozenset(bone) for bone in BONES}
    assert len(bones) == len(BONES)
    assert all(len(bone) == 2 for bone in bones)
    assert {frozenset(int(MIRROR[mark]) for mark in bone) for bone in BONES} == bones
    reached, new = set(), {BONES[0][0]}
    while new:
        reached |= new
        new = {mark for bone in BONES if reached & set(bone) for mark in bone} - reached
    drawn = {"SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE", "FOOT_INDEX"}
    assert {mark.name.split("_", 1)[1] for mark in reached} == drawn
    assert len(reached) == 2 * len(drawn)


def test_what_is_measured_on_is_six_joints_of_each_side() -> None:
    named = {side.landmark(joint) for side in Side for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")}
    assert set(JOINTS) == named
    assert len(JOINTS) == 12

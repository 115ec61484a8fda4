"""Noise that is put on exact poses is of the size and kind that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.errors import ConfigError
from armswing.landmarks import MIRROR, Landmark
from armswing.synthetic import (
    Camera,
    perform,
    pull,
    push,
    standing,
    with_noise,
)


class TestNoise:
    def test_nothing_asked_nothing_changed(self) -> None:
        poses = perform(push(reps=1)).poses
        same = with_noise(poses, np.random.default_rng(0))
        np.testing.assert_array_equal(same.world, poses.world)
        np.testing.assert_array_equal(same.image, poses.image)
        np.testing.assert_array_equal(same.visibility, poses.visibility)

    @pytest.mark.parametrize("correlation_s", [0.0, 0.2])
    def test_jitter_has_the_size_asked(self, correlation_s: float) -> None:
        poses = perform(standing(seconds=20)).poses
        rough = with_noise(poses, np.random.default_rng(0), image_px=3.0, world_m=0.02, correlation_s=correlation_s)
        assert np.std(rough.image - poses.image) == pytest.approx(3.0, rel=0.05)
        assert np.std(rough.world - poses.world) == pytest.approx(0.02, rel=0.05)
        step = np.std(np.diff(rough.world - poses.world, axis=0))
        assert (step < 0.015) == (correlation_s > 0)

    def test_depth_gain(self) -> None:
        poses = perform(push(reps=1)).poses
        flat = with_noise(poses, np.random.default_rng(0), depth_gain=0.7)
        np.testing.assert_allclose(flat.world, poses.world * [1, 1, 0.7])

    def test_dropouts_are_nan_rows_that_settle_afterwards(self) -> None:
        poses = perform(standing(seconds=60)).poses
        gappy = with_noise(poses, np.random.default_rng(0), dropout=0.2, settle_frames=6, cuts=(30,))
        assert 0.1 < (~gappy.found).mean() < 0.3
        assert np.isnan(gappy.image[~gappy.found]).all()
        assert np.isnan(gappy.visibility[~gappy.found]).all()
        begins = np.flatnonzero(gappy.found[1:] & ~gappy.found[:-1]) + 1
        assert gappy.settling[begins].all()
        assert not gappy.settling[~gappy.found].any()
        assert np.flatnonzero(gappy.cut).tolist() == [30]
        untouched = with_noise(poses, np.random.default_rng(0), settle_frames=6)
        assert np.flatnonzero(untouched.settling).tolist() == list(range(6))

    def test_a_hidden_arm_copies_the_seen_one(self) -> None:
        poses = perform(pull(leg="none"), camera=Camera(yaw=-90)).poses
        made_up = with_noise(poses, np.random.default_rng(0), hidden_copies=True)
        hidden = poses.visibility[:, Landmark.LEFT_ELBOW] < 0.5
        assert hidden.mean() > 0.5
        left = made_up.world[:, Landmark.LEFT_ELBOW] - made_up.world[:, Landmark.LEFT_SHOULDER]
        right = made_up.world[:, Landmark.RIGHT_ELBOW] - made_up.world[:, Landmark.RIGHT_SHOULDER]
        np.testing.assert_allclose(left[hidden], right[hidden], atol=1e-12)
        assert made_up.visibility[hidden, Landmark.LEFT_WRIST].max() <= 0.1

    def test_left_and_right_are_exchanged_for_some_frames(self) -> None:
        poses = perform(standing(seconds=60)).poses
        mixed = with_noise(poses, np.random.default_rng(0), exchanged=0.2, exchanged_frames=5.0)
        hit = np.any(mixed.world != poses.world, axis=(1, 2))
        assert 0.1 < hit.mean() < 0.3
        assert 3.0 < hit.sum() / (np.diff(hit.astype(int)) == 1).sum() < 8.0
        for name in ("image", "world", "visibility"):
            np.testing.assert_array_equal(getattr(mixed, name)[hit], getattr(poses, name)[hit][:, MIRROR])

    @pytest.mark.parametrize("wrong", [{"dropout": 1.0}, {"exchanged": 1.0}, {"exchanged_frames": 0.5}])
    def test_impossible_noise(self, wrong: dict[str, float]) -> None:
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            with_noise(perform(standing(seconds=1)).poses, np.random.default_rng(0), **wrong)

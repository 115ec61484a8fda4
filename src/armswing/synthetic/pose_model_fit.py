"""What MediaPipe's full model does to the synthetic athlete: the figures that `pose_model` works with.

Measured on 79 rendered clips with exact truth (15,068 frames; benchmarks, half ``tuning``): three bodies, three
patterns, 0, 30, 45, 60, 90 degrees off the front.  Printed by ``benchmarks/rendered/fit_noise.py``: change
nothing by hand.

Tables have a row for the near side of the body and one for the far side, a column for each of `VIEWS`; from the
front both are the same.  Lengths are in trunk lengths, in the picture and in depth.
"""

from __future__ import annotations

from collections.abc import Mapping

Row = tuple[float, ...]
Figures = tuple[Row, Row]
Table = Mapping[str, Figures]

VIEWS: Row = (0.0, 30.0, 45.0, 60.0, 90.0)
"""Degrees of the hips off the camera."""

ALWAYS_SEEN = 0.995
"""Largest visibility; shoulders and hips have it in every view (measured: .98-1)."""

LOST: float = 0.0
"""Share of frames in which nobody was found, from the first in which somebody was."""

EXCHANGED: float = 0.0
"""Share of frames in which left and right were exchanged."""

LAG_S: Mapping[str, float] = {
    "shoulder": 0.024,
    "elbow": 0.009,
    "wrist": 0.008,
    "hip": 0.026,
    "knee": 0.013,
    "ankle": 0.011,
}
"""How late a joint is in the picture: slope of its error on its velocity, near side."""

SLOW_S: float = 0.153
"""Time constant of what wanders, each of two equal filters: median over joints, sides and views
of the one whose correlation .2 s apart is that of the errors in the picture."""

AGAIN: float = 0.555
"""Share of the variance of errors within a clip that comes back with the pose: covariance of
errors in the picture more than .7 s apart by distance between the poses, and so are the next two."""

REACH: float = 0.44
"""How far one pose may be from another, in trunk lengths over all limbs, and still have most of
its errors: standard deviation of the Gaussian covariance."""

CONTRAST: float = 0.562
"""Variance within a clip of a function of the pose that has 1 over all poses: mean of clips."""

COPIED: Row = (0.0, 0.069, 0.27, 0.263, 0.607)
"""How much of the near arm is in a far one whose elbow is seen below .3: least squares between
the two arms in the picture, elbow and wrist, by view."""

TOGETHER: Mapping[tuple[str, str], float] = {("hip", "hip"): 0.394, ("elbow", "wrist"): 0.61}
"""Correlation of the errors of two joints in the picture: left and
right, or along one limb."""

ACROSS: Mapping[str, float] = {"upper arm": 0.858, "forearm": 0.912, "thigh": 0.961, "shank": 0.905}
"""Length of a limb across the line of sight in metres, for its length in the picture: median of
the clips."""

PICTURE_OFFSET: Table = {
    "shoulder": ((0.034, 0.035, 0.045, 0.049, 0.026), (0.034, 0.03, 0.033, 0.041, 0.087)),
    "elbow": ((0.052, 0.038, 0.044, 0.04, 0.027), (0.052, 0.083, 0.082, 0.072, 0.121)),
    "wrist": ((0.021, 0.013, 0.015, 0.016, 0.017), (0.021, 0.093, 0.102, 0.084, 0.154)),
    "hip": ((0.013, -0.001, 0.008, 0.006, -0.009), (0.013, 0.002, -0.01, -0.019, -0.012)),
    "knee": ((0.015, -0.004, 0.007, 0.024, 0.018), (0.015, 0.0, 0.012, 0.006, 0.004)),
    "ankle": ((0.048, 0.043, 0.051, 0.064, 0.067), (0.048, 0.044, 0.051, 0.051, 0.062)),
}
"""Where a joint is put in the picture along the trunk, + = from the hips to the
shoulders: mean error."""

PICTURE_SPREAD: Table = {
    "shoulder": ((0.017, 0.015, 0.015, 0.009, 0.019), (0.017, 0.025, 0.025, 0.016, 0.02)),
    "elbow": ((0.022, 0.019, 0.029, 0.024, 0.017), (0.022, 0.034, 0.045, 0.053, 0.044)),
    "wrist": ((0.04, 0.019, 0.01, 0.009, 0.013), (0.04, 0.047, 0.077, 0.097, 0.062)),
    "hip": ((0.014, 0.023, 0.024, 0.026, 0.026), (0.014, 0.019, 0.03, 0.035, 0.029)),
    "knee": ((0.013, 0.011, 0.012, 0.018, 0.014), (0.013, 0.014, 0.017, 0.015, 0.017)),
    "ankle": ((0.013, 0.016, 0.019, 0.021, 0.013), (0.013, 0.017, 0.024, 0.015, 0.016)),
}
"""Standard deviation of the mean error of a clip, each coordinate."""

PICTURE_WANDER: Table = {
    "shoulder": ((0.012, 0.015, 0.017, 0.016, 0.02), (0.012, 0.015, 0.028, 0.036, 0.035)),
    "elbow": ((0.04, 0.029, 0.029, 0.028, 0.019), (0.04, 0.048, 0.1, 0.109, 0.12)),
    "wrist": ((0.028, 0.026, 0.026, 0.023, 0.017), (0.028, 0.081, 0.17, 0.191, 0.225)),
    "hip": ((0.02, 0.017, 0.025, 0.025, 0.025), (0.02, 0.016, 0.021, 0.026, 0.032)),
    "knee": ((0.02, 0.012, 0.015, 0.022, 0.019), (0.02, 0.021, 0.028, 0.022, 0.021)),
    "ankle": ((0.015, 0.017, 0.014, 0.017, 0.017), (0.015, 0.031, 0.039, 0.019, 0.035)),
}
"""Standard deviation within a clip, each coordinate, without the jitter."""

PICTURE_JITTER: Table = {
    "shoulder": ((0.001, 0.001, 0.001, 0.001, 0.001), (0.001, 0.001, 0.001, 0.002, 0.001)),
    "elbow": ((0.003, 0.005, 0.005, 0.005, 0.004), (0.003, 0.004, 0.013, 0.013, 0.031)),
    "wrist": ((0.005, 0.008, 0.007, 0.005, 0.005), (0.005, 0.012, 0.029, 0.029, 0.064)),
    "hip": ((0.0, 0.001, 0.001, 0.001, 0.001), (0.0, 0.001, 0.001, 0.001, 0.001)),
    "knee": ((0.003, 0.002, 0.003, 0.003, 0.003), (0.003, 0.002, 0.002, 0.003, 0.005)),
    "ankle": ((0.003, 0.001, 0.003, 0.003, 0.004), (0.003, 0.004, 0.004, 0.003, 0.014)),
}
"""Standard deviation of what is new in each frame: from second differences of errors."""

DEPTH_GAIN: Table = {
    "trunk": ((0.135, 0.301, 0.255, 0.367, 0.143), (0.135, 0.301, 0.255, 0.367, 0.143)),
    "shoulder line": ((0.468, 0.784, 0.875, 0.831, 0.721), (0.468, 0.784, 0.875, 0.831, 0.721)),
    "hip line": ((0.74, 0.769, 0.648, 0.73, 0.78), (0.74, 0.769, 0.648, 0.73, 0.78)),
    "upper arm": ((0.264, 0.341, 0.353, 0.25, 0.09), (0.264, 0.22, -0.021, 0.033, 0.165)),
    "forearm": ((0.46, 0.36, 0.059, 0.206, 0.3), (0.46, 0.555, 0.291, 0.191, -0.076)),
    "thigh": ((0.678, 0.431, 0.422, 0.292, 0.506), (0.678, 0.635, 0.572, 0.715, 0.446)),
    "shank": ((0.58, 0.216, 0.31, 0.445, 0.166), (0.58, 0.451, 0.468, 0.577, 0.549)),
}
"""Slope of found depth on true depth, from end to end of a part (a line: from near to far).
Where a part hardly moves in depth it is drawn to its slope over all views."""

DEPTH_OFFSET: Table = {
    "trunk": ((-0.118, -0.098, -0.1, -0.092, -0.102), (-0.118, -0.098, -0.1, -0.092, -0.102)),
    "shoulder line": ((0.0, -0.031, -0.004, 0.024, 0.166), (0.0, -0.031, -0.004, 0.024, 0.166)),
    "hip line": ((0.0, -0.004, 0.07, 0.048, 0.06), (0.0, -0.004, 0.07, 0.048, 0.06)),
    "upper arm": ((0.022, -0.041, -0.039, -0.072, -0.061), (0.022, 0.036, 0.074, 0.104, 0.08)),
    "forearm": ((-0.136, -0.092, -0.089, -0.036, 0.082), (-0.136, -0.164, -0.18, -0.142, -0.107)),
    "thigh": ((0.037, 0.02, 0.02, 0.022, 0.09), (0.037, 0.05, 0.047, 0.068, 0.098)),
    "shank": ((0.196, 0.157, 0.101, 0.079, 0.119), (0.196, 0.163, 0.131, 0.107, 0.161)),
}
"""What is left at depth 0."""

DEPTH_SPREAD: Table = {
    "trunk": ((0.026, 0.034, 0.033, 0.035, 0.032), (0.026, 0.034, 0.033, 0.035, 0.032)),
    "shoulder line": ((0.05, 0.053, 0.077, 0.078, 0.037), (0.05, 0.053, 0.077, 0.078, 0.037)),
    "hip line": ((0.029, 0.045, 0.064, 0.062, 0.022), (0.029, 0.045, 0.064, 0.062, 0.022)),
    "upper arm": ((0.079, 0.066, 0.04, 0.038, 0.006), (0.079, 0.074, 0.032, 0.023, 0.021)),
    "forearm": ((0.052, 0.071, 0.052, 0.047, 0.04), (0.052, 0.037, 0.047, 0.028, 0.045)),
    "thigh": ((0.036, 0.031, 0.034, 0.023, 0.027), (0.036, 0.036, 0.022, 0.026, 0.04)),
    "shank": ((0.022, 0.03, 0.031, 0.034, 0.038), (0.022, 0.014, 0.025, 0.017, 0.029)),
}
"""Standard deviation of the mean error of a clip beside gain and offset."""

DEPTH_WANDER: Table = {
    "trunk": ((0.085, 0.075, 0.088, 0.061, 0.047), (0.085, 0.075, 0.088, 0.061, 0.047)),
    "shoulder line": ((0.031, 0.054, 0.053, 0.05, 0.034), (0.031, 0.054, 0.053, 0.05, 0.034)),
    "hip line": ((0.025, 0.039, 0.039, 0.027, 0.017), (0.025, 0.039, 0.039, 0.027, 0.017)),
    "upper arm": ((0.062, 0.06, 0.066, 0.054, 0.061), (0.062, 0.058, 0.058, 0.042, 0.05)),
    "forearm": ((0.061, 0.106, 0.083, 0.099, 0.09), (0.061, 0.052, 0.064, 0.047, 0.058)),
    "thigh": ((0.062, 0.051, 0.047, 0.052, 0.044), (0.062, 0.052, 0.05, 0.052, 0.052)),
    "shank": ((0.048, 0.043, 0.037, 0.045, 0.046), (0.048, 0.031, 0.04, 0.033, 0.047)),
}
"""The same within a clip, without the jitter."""

DEPTH_JITTER: Table = {
    "trunk": ((0.006, 0.005, 0.005, 0.004, 0.002), (0.006, 0.005, 0.005, 0.004, 0.002)),
    "shoulder line": ((0.004, 0.005, 0.005, 0.004, 0.002), (0.004, 0.005, 0.005, 0.004, 0.002)),
    "hip line": ((0.0, 0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0, 0.0)),
    "upper arm": ((0.006, 0.007, 0.006, 0.006, 0.004), (0.006, 0.005, 0.005, 0.008, 0.006)),
    "forearm": ((0.009, 0.011, 0.012, 0.012, 0.009), (0.009, 0.008, 0.008, 0.013, 0.01)),
    "thigh": ((0.007, 0.005, 0.004, 0.004, 0.003), (0.007, 0.007, 0.006, 0.006, 0.004)),
    "shank": ((0.008, 0.007, 0.008, 0.006, 0.005), (0.008, 0.007, 0.007, 0.007, 0.006)),
}
"""What is new in each frame."""

WRONG_WAY: Table = {
    "upper arm": ((0.0, 0.0, 0.053, 0.0, 0.156), (0.0, 0.254, 0.233, 0.111, 0.0)),
    "forearm": ((0.0, 0.225, 0.299, 0.254, 0.8), (0.0, 0.0, 0.0, 0.0, 0.8)),
}
"""How often the depth of an arm, the forearm's of a straight one, points the wrong way where
gain, offset and the errors above have it right: what is measured beyond what they make of the same clips."""

WRONG_SIZE: float = 0.483
"""Depth that points the wrong way, of depth that points the right way: median of the cells."""

WRONG_STAYS: float = 0.306
"""Share of the variance of pointing the wrong way that lies between clips, not within."""

VISIBLE_LEVEL: Table = {
    "elbow": ((2.225, 4.686, 4.866, 5.139, 4.812), (2.225, -0.836, -1.595, -1.861, -2.827)),
    "wrist": ((1.48, 4.244, 4.731, 4.849, 4.141), (1.48, -1.441, -1.699, -1.489, -2.53)),
    "knee": ((5.49, 4.361, 4.113, 3.772, 2.948), (5.49, 2.262, 1.598, 0.708, -0.882)),
    "ankle": ((5.892, 3.915, 3.822, 3.592, 3.055), (5.892, 2.864, 2.26, 1.358, -0.1)),
}
"""Logit of the visibility on the axis of the trunk (arms) or of the other leg."""

VISIBLE_SLOPE: Table = {
    "elbow": ((2.534, 0.699, 0.582, 0.17, -0.793), (2.534, 6.605, 6.079, 5.17, 5.954)),
    "wrist": ((2.44, -0.629, -1.664, -1.002, -1.245), (2.44, 6.347, 5.224, 3.995, 4.217)),
    "knee": ((-1.84, 0.622, 0.605, 0.857, 1.575), (-1.84, 2.632, 1.824, 2.019, 2.661)),
    "ankle": ((-3.62, 1.13, 1.101, 1.126, 1.322), (-3.62, 1.214, 0.843, 1.671, 2.015)),
}
"""What one trunk length beside it adds: least squares."""

VISIBLE_SPREAD: Table = {
    "elbow": ((0.787, 0.256, 0.308, 0.131, 0.486), (0.787, 0.751, 0.519, 0.556, 0.574)),
    "wrist": ((0.77, 0.756, 0.558, 0.477, 0.67), (0.77, 0.745, 0.756, 0.736, 0.707)),
    "knee": ((0.388, 0.316, 0.322, 0.325, 0.664), (0.388, 0.504, 0.529, 0.56, 0.458)),
    "ankle": ((0.516, 0.327, 0.413, 0.549, 0.465), (0.516, 0.724, 0.473, 0.547, 0.401)),
}
"""Standard deviation of the mean of a clip beside that."""

VISIBLE_WANDER: Table = {
    "elbow": ((0.59, 0.321, 0.309, 0.196, 0.423), (0.59, 0.83, 1.003, 0.874, 0.847)),
    "wrist": ((0.63, 0.509, 0.579, 0.454, 0.573), (0.63, 0.985, 1.086, 0.979, 0.971)),
    "knee": ((0.376, 0.341, 0.412, 0.483, 0.503), (0.376, 0.562, 0.539, 0.496, 0.588)),
    "ankle": ((0.513, 0.416, 0.433, 0.345, 0.491), (0.513, 0.677, 0.47, 0.485, 0.579)),
}
"""The same within a clip."""

"""Lift: curl and overhead press, as landing on one foot and pushing off again.

Curl the weight to the shoulder and press it overhead, standing on one foot: as
the right hand goes up the left knee comes up and the right leg pushes off; on the
way down, land soft.

A curl alone, or a press alone, is told apart by the height of the hand: without
the hand above the shoulder the repetition is partial.
"""

from armswing.coupling import Response
from armswing.patterns.base import (
    ARMS_ONLY,
    COMMON_RULES,
    COUPLING_BAND,
    Condition,
    Pattern,
    Shares,
    Variant,
    trunk_response,
)
from armswing.rules import Band, Rule

PATTERN = Pattern(
    name="lift",
    title="Curl and overhead press",
    # Height of the hand along the trunk lies in the picture in nearly every view.
    # 0.8 arm lengths make one typical repetition: a press alone covers about 0.6, a curl alone 0.9,
    # both together 1.9 (our judgement).
    drive={"upward_reach": 1.0 / 0.8},
    reach="upward_reach",
    # In a good one the opposite knee comes up 30-60 degrees; the dead zone is about the
    # repeatability of the pose model (measured; the limits are our judgement).
    hip=Response(sign=1, full_deg=30.0, dead_zone_deg=8.0),
    trunk=trunk_response(1),
    conditions=(
        Condition(
            quantity="upward_reach",
            moment="top",
            at_least=-0.25,
            why="a curl brings the hand to the shoulder; gestures and running keep it below",
        ),
    ),
    # Overhead, real and rendered arms read 3-32 degrees at the top. A curl reads 117-150 with the upper arm within
    # 40 degrees of the trunk, the hand .23-.50 in front and .02 above the shoulder at most; it begins at -.63 and below
    # (our judgement). With the upper arm no higher than that of a curl the hand gets .11 above the shoulder; the rest
    # is left to the model's errors.
    variants=(
        Variant(
            name="press",
            full=True,
            conditions=(
                Condition(quantity="upward_reach", moment="top", at_least=0.5, why="the hand ends above the shoulder"),
                Condition(quantity="elbow_flexion", moment="top", at_most=60.0, why="it ends with a long arm"),
                Condition(quantity="upward_reach", moment="start", at_least=-0.4, why="it starts at the shoulder"),
            ),
        ),
        Variant(
            name="curl_press",
            full=True,
            conditions=(
                Condition(quantity="upward_reach", moment="top", at_least=0.5, why="the hand ends above the shoulder"),
                Condition(quantity="elbow_flexion", moment="top", at_most=60.0, why="it ends with a long arm"),
            ),
        ),
        Variant(
            name="curl",
            full=False,
            like_a_gesture=True,
            conditions=(
                Condition(quantity="elbow_flexion", moment="top", at_least=95.0, why="a curl folds the arm"),
                Condition(quantity="elbow_flexion", moment="change", at_least=35.0, why="it begins with a long one"),
                Condition(quantity="upward_reach", moment="start", at_most=-0.5, why="the hand begins low"),
                Condition(quantity="upward_reach", moment="top", at_most=0.15, why="a hand above the shoulder waves"),
                Condition(quantity="forward_reach", moment="top", at_most=0.6, why="the hand comes to the shoulder"),
                Condition(quantity="shoulder_elevation", moment="top", at_most=55.0, why="the upper arm stays down"),
            ),
        ),
    ),
    flare=Shares(from_share=0.25, to_share=0.6),
    rules=(
        Rule(
            code="LIFT_COUPLING",
            title="The opposite knee comes up with the hand",
            measure="coupling",
            band=COUPLING_BAND,
            weight=40.0,
            cap=ARMS_ONLY,
            cue_low="{Leg} knee up as {arm} hand goes up.",
            priority=5,
            why="Pushing off, the arm rises with the opposite knee; a lift ending at the shoulder does not train it.",
            source="J. Gruenke, balancedrunner.com; which leg: inferred from Pontzer et al. 2009, our judgement",
        ),
        Rule(
            code="LIFT_ONE_LEG",
            title="It is done on one foot",
            measure="one_leg_share",
            band=Band(zero_below=0.10, good_from=0.60),
            weight=10.0,
            cue_low="Stand on one foot.",
            priority=12,
            why="Running is one foot at a time.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="LIFT_PUSH_OFF",
            title="The standing leg pushes the floor away",
            measure="push_off",
            unit="deg",
            band=Band(zero_below=2.0, good_from=10.0),
            weight=8.0,
            cue_low="Push the floor away.",
            priority=13,
            why="The press begins in the foot, as pushing off does.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="LIFT_LAND",
            title="The standing leg gives on the way down",
            measure="landing",
            unit="deg",
            band=Band(zero_below=2.0, good_from=10.0, good_to=40.0, zero_above=70.0),
            weight=5.0,
            cue_low="Land soft.",
            cue_high="Land softly, stay tall.",
            priority=14,
            why="The way down is the landing.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="LIFT_TIMING",
            title="Hand and knee arrive together",
            measure="late_by",
            unit="s",
            band=Band(good_to=0.20, zero_above=0.55),
            weight=7.0,
            cue_high="Hand and knee arrive together.",
            priority=3,
            why="A knee that follows after the hand is a second movement, not one chain.",
            source="Our judgement",
        ),
        Rule(
            code="LIFT_OPPOSITION",
            title="The two sides work opposite each other",
            measure="opposition",
            band=Band(zero_below=-0.30, good_from=0.10),
            weight=8.0,
            cue_low="One side up, the other down.",
            priority=6,
            why="In running one arm goes back as the other goes forward, and the legs likewise.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="LIFT_RACK",
            title="The elbow is in front of the ribs at the shoulder",
            measure="elbow_plane",
            unit="deg",
            band=Band(zero_below=0.0, good_from=30.0, good_to=75.0, zero_above=110.0),
            weight=9.0,
            cue_low="Elbow in front of your ribs.",
            cue_high="Let the elbow float out a little.",
            priority=8,
            why="The press starts in the plane of the shoulder blade, 30 to 45 degrees in front of straight out.",
            source="fitness.stackexchange 43984, dancerswholift.com (scapular plane); limits: our judgement",
        ),
        Rule(
            code="LIFT_TOP",
            title="The arm finishes tall",
            measure="finish_elevation",
            unit="deg",
            band=Band(zero_below=115.0, good_from=150.0),
            weight=8.0,
            cue_low="Finish tall, arm by your ear.",
            priority=7,
            why="At full height the side of the body is long from hand to foot.",
            source="Our judgement",
        ),
        Rule(
            code="LIFT_TEMPO",
            title="The weight is not dropped",
            measure="tempo",
            band=Band(zero_below=0.4, good_from=0.8, good_to=4.0, zero_above=8.0),
            weight=5.0,
            cue_low="Bring it down slowly.",
            cue_high="A little faster on the way down.",
            priority=11,
            why="The way down is the landing, under control.",
            source="Our judgement: time of the way down over time of the lift",
        ),
        *COMMON_RULES,
    ),
)

"""Pull: the one-arm row, as the arm swings back in running.

Row with one arm, standing, hinged or half-kneeling. As the elbow comes back, the
opposite hip extends: the left leg goes back with the right elbow (or the right
knee comes forward), and the ribs turn toward the pulling side. The free hand
reaches forward. The elbow may float out a little.

A row over planted feet trains an arm; a row that ends in the opposite hip trains
a runner.

Do not film from straight ahead: the arm points at the camera and is hardly seen to
move, so repetitions are missed.
"""

from armswing.coupling import Response
from armswing.patterns.base import ARMS_ONLY, COMMON_RULES, COUPLING_BAND, Condition, Pattern, Shares, trunk_response
from armswing.rules import Band, Rule

PATTERN = Pattern(
    name="pull",
    title="One-arm row",
    # The elbow goes behind the ribs and bends: two witnesses, either of which one view may hide.
    # 0.7 upper-arm lengths and 60 degrees make one typical repetition (our judgement).
    drive={"retraction": 0.5 / 0.7, "elbow_flexion": 0.5 / 60.0},
    reach="retraction",
    way="way_of_a_row",
    # In rows it travels by .15 and more, 94 of 100 times by .20 (rendered people); in what the pose model makes of
    # somebody who stands, talks or picks something up by less than .15 in a third, .20 in half (synthetic athlete).
    elbow_travel=0.15,
    elbow_travel_unsure=0.20,
    # In a good one the opposite hip extends 10-25 degrees; the dead zone is about the
    # repeatability of the pose model (measured; the limits are our judgement).
    hip=Response(sign=-1, full_deg=20.0, dead_zone_deg=8.0),
    trunk=trunk_response(-1),
    # Limits lie near the edge of what real and rendered rows showed with both pose models: at the top the elbow .25 in
    # front of to .68 behind the shoulder, bent 32-107 degrees; at the start bent 21-65 (our judgement).  The nearer the
    # camera is to straight ahead the less is seen: of 90 degrees of bending and 1.4 upper arms of way, at 30 degrees
    # -8 to 79 and .2-1.5.  A free arm that hangs is read as bent by up to 38, most of all a half hidden one.  Talking
    # hands start bent 50-80, stay .15-.4 in front and .37-.6 away (measured on the synthetic athlete): what comes near
    # to them waits for another like it.
    conditions=(
        Condition(
            quantity="elbow_flexion", moment="start", at_most=80.0, spare=20.0, why="a row begins with a long arm"
        ),
        Condition(
            quantity="elbow_flexion",
            moment="top",
            at_least=30.0,
            spare=10.0,
            why="it ends with a bent one, a walk does not",
        ),
        Condition(
            quantity="elbow_flexion",
            moment="change",
            at_least=-10.0,
            spare=20.0,
            why="the arm bends as it pulls; of 85 degrees an oblique view may show 5",
        ),
        Condition(quantity="retraction", moment="top", at_least=-0.4, spare=0.2, why="the elbow comes to the ribs"),
        Condition(
            quantity="retraction", moment="change", at_least=0.25, spare=0.15, why="gestures move the forearm only"
        ),
        Condition(quantity="forward_reach", moment="top", at_most=0.6, spare=0.1, why="the hand comes to the body"),
    ),
    flare=Shares(from_share=0.8, to_share=1.0, need="upper_arm_rowing"),
    rules=(
        Rule(
            code="PULL_COUPLING",
            title="The opposite hip extends with the pull",
            measure="coupling",
            band=COUPLING_BAND,
            weight=45.0,
            cap=ARMS_ONLY,
            cue_low="{Leg} leg back with the {arm} elbow.",
            priority=5,
            why="Shoulder and opposite hip are one chain in running; a pull ending at the shoulder does not train it.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="PULL_TIMING",
            title="Arm and leg move together",
            measure="late_by",
            unit="s",
            band=Band(good_to=0.15, zero_above=0.50),
            weight=8.0,
            cue_high="Arm and leg together.",
            priority=3,
            why="A leg that follows after the arm is a second movement, not one chain.",
            source="Our judgement",
        ),
        Rule(
            code="PULL_OPPOSITION",
            title="The two sides work opposite each other",
            measure="opposition",
            band=Band(zero_below=-0.30, good_from=0.10),
            weight=12.0,
            cue_low="One side pulls, the other reaches.",
            priority=6,
            why="In running one arm goes back as the other goes forward, and the legs likewise.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="PULL_FLARE",
            title="The elbow floats out a little, not far",
            measure="elbow_flare",
            unit="deg",
            band=Band(zero_below=-15.0, good_from=0.0, good_to=40.0, zero_above=65.0),
            weight=12.0,
            cue_low="Let the elbow float out a little.",
            cue_high="Aim the elbow at your back pocket.",
            priority=8,
            why="Elbows have to stick out somewhat; far out, the row becomes one for the back of the shoulder.",
            source="J. Gruenke (elbows); auburnfit1.com, dangibbonscoaching.com (row); limits: our judgement",
        ),
        Rule(
            code="PULL_RANGE",
            title="The elbow passes the ribs",
            measure="retraction_peak",
            unit="upper arms",
            band=Band(zero_below=-0.10, good_from=0.25),
            weight=10.0,
            cue_low="Elbow past your ribs.",
            priority=7,
            why="The ribs turn at the end of the path, where the elbow passes them.",
            source="Our judgement",
        ),
        Rule(
            code="PULL_HEAVE",
            title="The trunk turns and does not lean back",
            measure="trunk_heave",
            unit="deg",
            band=Band(good_to=15.0, zero_above=35.0),
            weight=8.0,
            cue_high="Turn, don't lean back.",
            priority=10,
            why="Heaving the weight with the back replaces the turn.",
            source="Our judgement; turning and side-bending are wanted and not counted",
        ),
        Rule(
            code="PULL_TEMPO",
            title="The way back is not dropped",
            measure="tempo",
            band=Band(zero_below=0.4, good_from=0.8, good_to=4.0, zero_above=8.0),
            weight=5.0,
            cue_low="Slow on the way back.",
            cue_high="A little faster on the way back.",
            priority=11,
            why="The way back is the arm swinging forward under control.",
            source="Our judgement: time of the way back over time of the pull",
        ),
        *COMMON_RULES,
    ),
)

"""Push: the one-arm chest press, as the arm swings forward in running.

Press with one arm, standing or lying on the back. As the right hand goes out the
left knee comes in and the right leg grows long; the trunk rolls a little toward
the left hip. Then the same on the way back, under control.

Lying on the back, do not film from the feet: place the camera at the side.
"""

from armswing.coupling import Response
from armswing.patterns.base import ARMS_ONLY, COMMON_RULES, COUPLING_BAND, Condition, Pattern, Shares, trunk_response
from armswing.rules import Band, Rule

PATTERN = Pattern(
    name="push",
    title="One-arm chest press",
    # The reverse of the pull: the elbow comes forward and the arm straightens. The reach of the
    # hand itself points at the camera in many views and is the worst-seen of all (measured).
    drive={"retraction": -0.5 / 0.7, "elbow_flexion": -0.5 / 60.0},
    reach="forward_reach",
    # In a good one the opposite knee comes up 30-60 degrees and the same leg goes back 5-15; the dead zone is about the
    # repeatability of the pose model (measured; the limits are our judgement).
    hip=Response(sign=1, full_deg=30.0, dead_zone_deg=8.0),
    trunk=trunk_response(1),
    # Limits lie well outside what real and rendered presses showed with both pose models: at the top bent
    # 24-50 degrees and raised 65-148, at the start bent 63-135 and the elbow .36 in front at most (our judgement).
    # Straight ahead the model draws it up to .55 in front.  Half a press ends bent 60 and raised 48; the model draws
    # elbows up to 27 degrees more bent and arms up to 16 lower (nine in ten errors on rendered people), and half
    # presses with 75-85 and 25-31.  Talking hands end bent 45-60 and raised 45-75 (measured on the synthetic athlete):
    # what comes near to them, or goes half the way, waits for a second one like it.
    conditions=(
        Condition(quantity="elbow_flexion", moment="start", at_least=50.0, why="a press begins with a bent arm"),
        Condition(quantity="elbow_flexion", moment="top", at_most=90.0, spare=40.0, why="it ends with a longer one"),
        Condition(
            quantity="elbow_flexion",
            moment="change",
            at_most=-15.0,
            spare=5.0,
            why="the arm straightens as it presses; of 100 degrees an oblique view may show 30, of half of them 19",
        ),
        Condition(
            quantity="retraction", moment="start", at_least=-0.65, spare=0.15, why="the elbow begins beside the body"
        ),
        Condition(quantity="retraction", moment="change", at_most=-0.25, why="gestures move the forearm only"),
        Condition(
            quantity="shoulder_elevation",
            moment="top",
            at_least=20.0,
            spare=40.0,
            why="a press ends with the upper arm raised",
        ),
    ),
    # Midway between the most that whole presses showed and the least that half ones do.
    whole=(Condition(quantity="elbow_flexion", moment="top", at_most=55.0, why="half a press ends with a bent arm"),),
    flare=Shares(from_share=0.0, to_share=0.25, beside=True, need="upper_arm_pressing"),
    rules=(
        Rule(
            code="PUSH_COUPLING",
            title="The opposite knee comes in with the press",
            measure="coupling",
            band=COUPLING_BAND,
            weight=45.0,
            cap=ARMS_ONLY,
            cue_low="{Arm} hand out, {leg} knee in.",
            priority=5,
            why="Shoulder and opposite hip are one chain in running; a press ending at the shoulder does not train it.",
            source="J. Gruenke, balancedrunner.com, nearly word for word; limits: our judgement",
        ),
        Rule(
            code="PUSH_LONG_LEG",
            title="The leg under the working arm grows long",
            measure="same_hip_change",
            unit="deg",
            band=Band(good_to=-3.0, zero_above=19.0),
            weight=8.0,
            cue_high="Lengthen your {arm} leg.",
            priority=12,
            why="One hip folds as the other opens: the long leg is the one that pushes off.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement, failing beyond the dead zone of 8",
        ),
        Rule(
            code="PUSH_TIMING",
            title="Press and knee move together",
            measure="late_by",
            unit="s",
            band=Band(good_to=0.15, zero_above=0.50),
            weight=8.0,
            cue_high="Press and knee at the same moment.",
            priority=3,
            why="A knee that follows after the hand is a second movement, not one chain.",
            source="Our judgement",
        ),
        Rule(
            code="PUSH_OPPOSITION",
            title="The two sides work opposite each other",
            measure="opposition",
            band=Band(zero_below=-0.30, good_from=0.10),
            weight=12.0,
            cue_low="One side folds, the other lengthens.",
            priority=6,
            why="In running one arm goes back as the other goes forward, and the legs likewise.",
            source="J. Gruenke, balancedrunner.com; limits: our judgement",
        ),
        Rule(
            code="PUSH_FLARE",
            title="The elbow is out at an angle at the bottom",
            measure="elbow_flare",
            unit="deg",
            band=Band(zero_below=-10.0, good_from=20.0, good_to=60.0, zero_above=85.0),
            weight=12.0,
            cue_low="Let the elbow float out a little.",
            cue_high="Make an arrow, not a T.",
            priority=8,
            why="Straight out the shoulder blade tips forward; tucked in is no virtue either.",
            source="J Athl Train 48(6):826 (elevation near 90 deg); coaching consensus about 45; limits: our judgement",
        ),
        Rule(
            code="PUSH_RANGE",
            title="The hand goes all the way",
            measure="range_of_motion",
            unit="arms",
            band=Band(zero_below=0.15, good_from=0.40),
            weight=10.0,
            cue_low="Press all the way.",
            priority=7,
            why="The trunk turns and the knee comes in at the end of the path.",
            source="Our judgement",
        ),
        Rule(
            code="PUSH_TEMPO",
            title="The weight is not dropped",
            measure="tempo",
            band=Band(zero_below=0.4, good_from=0.8, good_to=4.0, zero_above=8.0),
            weight=5.0,
            cue_low="Lower it slowly.",
            cue_high="A little faster on the way back.",
            priority=11,
            why="The way back is the arm swinging back under control.",
            source="Our judgement: time of the way back over time of the press",
        ),
        *COMMON_RULES,
    ),
)

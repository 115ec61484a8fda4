// The person as a signed distance, m. Only the parts of the defines WITH_TRUNK, WITH_HEAD, WITH_ARMS and WITH_LEGS
// are there: a tile of the picture is marched with the shader that knows no more than what can be seen in it.
//
// Formulas of the shapes are I. Quilez's, rewritten (iquilezles.org/articles/distfunctions and /smin):
// polynomial smooth minimum, bounded ellipsoid, distance to a segment.

uniform ivec2 arms;   // first and last arm that is there, 0 left, 1 right
uniform ivec2 legs;

float smooth_min(float a, float b, float k) {
    float h = max(k - abs(a - b), 0.0) / k;
    return min(a, b) - 0.25 * k * h * h;
}
float smooth_max(float a, float b, float k) { return -smooth_min(-a, -b, k); }

float ellipsoid(vec3 p, vec3 radii) {
    float outer = length(p / radii), inner = length(p / (radii * radii));
    return outer * (outer - 1.0) / max(inner, 1e-5);
}

// x: distance to the segment, y: share of the way from a to b
vec2 segment(vec3 p, vec3 a, vec3 b) {
    vec3 pa = p - a, ba = b - a;
    float along = clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0);
    return vec2(length(pa - ba * along), along);
}
float capsule(vec3 p, vec3 a, vec3 b, float r) { return segment(p, a, b).x - r; }
// A limb: from radius r0 to r1, with a belly in the upper third.
float limb(vec2 s, float r0, float r1, float belly) {
    float rest = 1.0 - s.y;
    return s.x - mix(r0, r1, s.y) - belly * 6.75 * s.y * rest * rest;
}

// ---- trunk

float torso(vec3 p) {
    vec3 q = local(p, MID_HIP, PELVIS), w = local(p, WAIST, PELVIS), c = local(p, MID_SHOULDER, THORAX);
    float g = build.x;
    int side = c.x > 0.0 ? 0 : 1;
    vec3 folded = vec3(sqrt(c.x * c.x + 5e-4), c.yz), up = axes[THORAX][1], socket = at_joint(SHOULDER + side);
    float d = ellipsoid(q - vec3(0.0, 0.035, -0.004), vec3(0.163, 0.120, 0.108) * vec3(g, 1.0, g));
    d = smooth_min(d, ellipsoid(vec3(abs(q.x), q.yz) - vec3(0.072 * g, -0.030, -0.048), vec3(0.085, 0.090, 0.078)), 0.07);
    d = smooth_min(d, ellipsoid(w - vec3(0.0, 0.0, 0.002), vec3(0.132, 0.150, 0.098) * vec3(g, 1.0, g)), 0.10);
    d = smooth_min(d, ellipsoid(c - vec3(0.0, -0.135, -0.004), vec3(0.152, 0.180, 0.108) * vec3(g, 1.0, g)), 0.09);
    d = smooth_min(d, ellipsoid(folded - vec3(0.072 * g, -0.085, 0.052 * g), vec3(0.078, 0.062, 0.048)), 0.05);
    d = smooth_min(d, ellipsoid(folded - vec3(0.082 * g, -0.085, -0.064 * g), vec3(0.078, 0.105, 0.045)), 0.06);
    vec3 middle = at_joint(MID_SHOULDER);
    d = smooth_min(d, capsule(p, mix(middle, socket, 0.30) - 0.040 * up, socket - 0.006 * up, 0.050 * build.y), 0.07);
    vec2 slope = segment(p, at_joint(NECK) + 0.005 * up, mix(middle, socket, 0.85) + 0.022 * up);
    return smooth_min(d, limb(slope, 0.052, 0.034, 0.0), 0.05);
}

// A T-shirt over it, with a hem at the hips and an open collar.
float t_shirt(vec3 p, float skin_distance) {
    vec3 q = local(p, MID_HIP, PELVIS), c = local(p, NECK, THORAX);
    float hem = -(q.y - 0.005 + 0.055 * build.z) + 0.003 * sin(26.0 * q.x + 9.0 * q.z);
    vec3 radii = vec3(0.178 * build.x, 0.150, 0.126 * build.x);
    float skirt = ellipsoid(q - vec3(0.0, 0.020, -0.006), radii);
    float collar = 0.078 - length((c - vec3(0.0, 0.015, 0.018)) * vec3(0.95, 0.80, 1.0));
    float below = smoothstep(0.30, 0.0, q.y);
    float cloth = smooth_min(skin_distance, skirt, 0.05) - 0.007 - build.z * mix(0.010, 0.030, below);
    return smooth_max(smooth_max(cloth, hem, 0.010), collar, 0.010);
}

// ---- head: the face looks along z, its middle is the origin

float face(vec3 q) {
    vec3 m = vec3(abs(q.x), q.yz);
    float d = ellipsoid(q - vec3(0.0, 0.034, -0.014), vec3(0.075, 0.086, 0.094));
    d = smooth_min(d, ellipsoid(q - vec3(0.0, -0.034, 0.016), vec3(0.061, 0.076, 0.072)), 0.04);
    d = smooth_min(d, ellipsoid(q - vec3(0.0, -0.097, 0.056), vec3(0.029, 0.021, 0.026)), 0.035);    // chin
    d = smooth_min(d, ellipsoid(m - vec3(0.044, -0.027, 0.056), vec3(0.024, 0.019, 0.020)), 0.03);   // cheek
    d = smooth_min(d, ellipsoid(m - vec3(0.028, 0.025, 0.075), vec3(0.026, 0.009, 0.012)), 0.018);   // brow
    d = smooth_max(d, 0.018 - length(m - vec3(0.0315, 0.002, 0.098)), 0.014);                        // eye socket
    d = smooth_min(d, length(m - vec3(0.0315, 0.0015, 0.0725)) - 0.0125, 0.003);                     // eye ball
    d = smooth_min(d, limb(segment(q, vec3(0.0, 0.008, 0.084), vec3(0.0, -0.030, 0.102)), 0.007, 0.0125, 0.0), 0.012);
    d = smooth_min(d, length(m - vec3(0.011, -0.034, 0.092)) - 0.0085, 0.008);                       // nostril
    d = smooth_min(d, ellipsoid(q - vec3(0.0, -0.071, 0.084), vec3(0.023, 0.010, 0.010)), 0.008);    // lips
    return smooth_min(d, ellipsoid(m - vec3(0.076, -0.010, -0.008), vec3(0.010, 0.031, 0.020)), 0.008);
}

float throat(vec3 p) {
    vec3 up = axes[SKULL][1], ahead = axes[SKULL][2];
    vec2 s = segment(p, at_joint(NECK) - 0.02 * axes[THORAX][1], at_joint(HEAD) - 0.055 * up - 0.012 * ahead);
    return limb(s, 0.060, 0.053, 0.0);
}

float hair_cap(vec3 q) {
    float locks = 0.0020 * sin(95.0 * q.x + 40.0 * q.z) * sin(60.0 * q.y - 85.0 * q.z);
    float d = ellipsoid(q - vec3(0.0, 0.040, -0.018), vec3(0.076, 0.086, 0.095) + build.w) - locks;
    float line = max(0.058 + 0.75 * (q.z - 0.070) + 0.012 * smoothstep(0.02, 0.055, abs(q.x)) - q.y, -q.y - 0.075);
    d = smooth_max(d, line - locks, 0.010);
    return smooth_min(d, length(q - vec3(0.0, 0.060, -0.120)) - wear.z, wear.z > 0.0 ? 0.015 : 0.0001);
}

float head(vec3 p) {
    vec3 q = local(p, HEAD, SKULL);
    return min(smooth_min(face(q), throat(p), 0.03), hair_cap(q));
}

// ---- arms

float bare_arm(vec3 p, int side) {
    float r = build.y;
    vec3 shoulder = at_joint(SHOULDER + side), elbow = at_joint(ELBOW + side), wrist = at_joint(WRIST + side);
    float upper = limb(segment(p, shoulder, elbow), 0.049 * r, 0.039 * r, 0.006);
    float fore = limb(segment(p, elbow, wrist), 0.040 * r, 0.026 * r, 0.007);
    return smooth_min(upper, fore, 0.025);
}

// A loose fist: palm, curled fingers, thumb.
float hand(vec3 p, int side) {
    vec3 q = local(p, WRIST + side, HAND + side);
    float d = ellipsoid(q - vec3(0.002, 0.046, 0.0), vec3(0.019, 0.050, 0.037));
    d = smooth_min(d, capsule(q, vec3(0.010, 0.082, -0.026), vec3(0.010, 0.088, 0.020), 0.0185), 0.018);
    return smooth_min(d, capsule(q, vec3(0.004, 0.028, 0.028), vec3(0.014, 0.064, 0.043), 0.0110), 0.012);
}

float dumbbell(vec3 p, int side) {
    vec3 q = local(p, WRIST + side, HAND + side) - vec3(0.026, 0.074, 0.0);
    float round_ = length(q.xy), out_ = abs(q.z);
    vec2 plate = vec2(round_ - 0.050, abs(out_ - 0.092) - 0.030);
    return min(max(round_ - 0.014, out_ - 0.10), min(max(plate.x, plate.y), 0.0) + length(max(plate, 0.0)) - 0.006);
}

float sleeve(vec3 p, int side) {
    vec3 shoulder = at_joint(SHOULDER + side), elbow = at_joint(ELBOW + side);
    vec2 s = segment(p, shoulder, elbow);
    float cloth = s.x - mix(0.055, 0.060 + 0.022 * build.z, s.y) * build.y - 0.006 * build.z;
    return smooth_max(cloth, dot(p - mix(shoulder, elbow, wear.x), normalize(elbow - shoulder)), 0.008);
}

float arm(vec3 p, int side) {
    float d = smooth_min(bare_arm(p, side), hand(p, side), 0.015);
    d = min(d, sleeve(p, side));
    return min(d, dumbbell(p, side) + (side == 0 ? 10.0 - 10.0 * held.x : 10.0 - 10.0 * held.y));
}

// ---- legs

float bare_leg(vec3 p, int side) {
    float r = build.y;
    vec3 hip = at_joint(HIP + side), knee = at_joint(KNEE + side), ankle = at_joint(ANKLE + side);
    vec3 along = normalize(ankle - knee), toes = axes[FOOT + side][2];
    vec3 behind = -normalize(toes - along * dot(toes, along) + 1e-4 * axes[FOOT + side][1]);
    vec3 top = mix(hip, at_joint(MID_HIP), 0.10);
    float d = limb(segment(p, top, knee), 0.082 * r, 0.052 * r, 0.006);
    d = smooth_min(d, limb(segment(p, knee, ankle), 0.048 * r, 0.034 * r, 0.003), 0.03);
    vec2 calf = segment(p, mix(knee, ankle, 0.12) + 0.020 * behind, mix(knee, ankle, 0.60) + 0.006 * behind);
    return smooth_min(d, limb(calf, 0.042 * r, 0.034 * r, 0.006), 0.03);
}

float shoe(vec3 p, int side) {
    vec3 q = local(p, ANKLE + side, FOOT + side);
    q.x += (side == 0 ? 0.18 : -0.18) * max(q.z - 0.06, 0.0);                                  // the toes lie inward
    float d = ellipsoid(q - vec3(0.0, -0.034, -0.016), vec3(0.038, 0.042, 0.060));
    d = smooth_min(d, ellipsoid(q - vec3(0.0, -0.036, 0.070), vec3(0.042, 0.034, 0.090)), 0.035);
    d = smooth_min(d, ellipsoid(q - vec3(0.0, -0.048, 0.135), vec3(0.044, 0.023, 0.066)), 0.03);
    d = smooth_min(d, capsule(q, vec3(0.0, -0.030, -0.012), vec3(0.0, -0.024, 0.000), 0.041), 0.02);
    return smooth_max(d, -(q.y + 0.068), 0.012);
}

float trouser_leg(vec3 p, int side) {
    vec3 hip = mix(at_joint(HIP + side), at_joint(MID_HIP), 0.10), knee = at_joint(KNEE + side);
    vec2 s = segment(p, hip, knee);
    float cloth = s.x - mix(0.094, 0.086 + 0.022 * build.z, s.y) * build.y - 0.004;
    return smooth_max(cloth, dot(p - mix(hip, knee, wear.y), normalize(knee - hip)), 0.008);
}

float leg(vec3 p, int side) { return min(min(bare_leg(p, side), shoe(p, side)), trouser_leg(p, side)); }

// ---- all of it

float person(vec3 p) {
    float d = 1e3;
#ifdef WITH_TRUNK
    float bare = torso(p);
    d = min(bare, t_shirt(p, bare));
#endif
#ifdef WITH_ARMS
    for (int side = arms.x; side <= arms.y; side++) {
        float joined = mix(0.060, 0.004, smoothstep(0.06, 0.15, length(p - at_joint(SHOULDER + side))));
        d = smooth_min(d, arm(p, side), joined);
    }
#endif
#ifdef WITH_HEAD
    d = smooth_min(d, head(p), 0.02);
#endif
#ifdef WITH_LEGS
    for (int side = legs.x; side <= legs.y; side++) {
        float joined = mix(0.045, 0.004, smoothstep(0.10, 0.20, length(p - at_joint(HIP + side))));
        d = smooth_min(d, leg(p, side), joined);
    }
#endif
    return d;
}

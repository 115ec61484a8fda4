// Colours the person where the march met them.

uniform sampler2D met;       // r: distance along the ray, g: cover
uniform sampler2D room;      // a: distance of the room behind, m
uniform sampler2D shadows;
uniform int zero;            // 0, which the compiler does not know: it would unroll the loops below

out vec4 colour;

const int SKIN = 1, HAIR = 2, SHIRT = 3, SHORTS = 4, SHOE = 5, SOCK = 6, IRON = 7, FACE = 8;

// Gradient of the distance on the corners of a tetrahedron (I. Quilez, iquilezles.org/articles/normalsSDF).
vec3 normal_at(vec3 p) {
    vec3 n = vec3(0.0);
    for (int i = zero; i < 4; i++) {
        vec3 corner = 0.57735 * (2.0 * vec3(((i + 3) >> 1) & 1, (i >> 1) & 1, i & 1) - 1.0);
        n += corner * person(p + 0.0012 * corner);
    }
    return normalize(n);
}

// How open the surroundings are, 0.3..1: distances along the normal against what they would be in the open
// (I. Quilez after A. Evans, "Fast approximations for global illumination on dynamic scenes", 2006).
float openness(vec3 p, vec3 n) {
    float hidden = 0.0;
    for (int i = zero; i < 2; i++) {
        float out_ = i == 0 ? 0.020 : 0.055;
        hidden += (out_ - person(p + out_ * n)) * (i == 0 ? 1.0 : 0.6);
    }
    return clamp(1.0 - 11.0 * hidden, 0.30, 1.0);
}

// Which part of the person is here: the nearest, and among the clothes the outer.
int material(vec3 p) {
    float best = 1e3, d;
    int what = SKIN;
#ifdef WITH_TRUNK
    best = torso(p);
    vec3 q = local(p, MID_HIP, PELVIS);
    what = q.y < 0.10 ? SHORTS : SKIN;
    d = t_shirt(p, best);
    if (d < best + 0.001) { best = d; what = SHIRT; }
#endif
#ifdef WITH_HEAD
    vec3 h = local(p, HEAD, SKULL);
    d = face(h); if (d < best) { best = d; what = FACE; }
    d = throat(p); if (d < best) { best = d; what = SKIN; }
    d = hair_cap(h); if (d < best) { best = d; what = HAIR; }
#endif
#ifdef WITH_ARMS
    for (int side = arms.x; side <= arms.y; side++) {
        d = min(bare_arm(p, side), hand(p, side)); if (d < best) { best = d; what = SKIN; }
        d = sleeve(p, side); if (d < best) { best = d; what = SHIRT; }
        d = dumbbell(p, side);
        if ((side == 0 ? held.x : held.y) > 0.5 && d < best) { best = d; what = IRON; }
    }
#endif
#ifdef WITH_LEGS
    for (int side = legs.x; side <= legs.y; side++) {
        d = bare_leg(p, side);
        if (d < best) {
            best = d;
            float low_leg = segment(p, at_joint(KNEE + side), at_joint(ANKLE + side)).y;
            what = low_leg > 0.915 ? SOCK : wear.w > 0.5 ? SHORTS : SKIN;
        }
        d = shoe(p, side); if (d < best) { best = d; what = SHOE; }
        d = trouser_leg(p, side); if (d < best) { best = d; what = SHORTS; }
    }
#endif
    return what;
}

// Gradient of a noise, for folds of cloth.
vec3 folds(vec3 p) {
    const vec2 e = vec2(0.35, 0.0);
    float here = noise(p);
    return vec3(noise(p + e.xyy), noise(p + e.yxy), noise(p + e.yyx)) - here;
}

vec3 face_colour(vec3 q) {
    vec3 m = vec3(abs(q.x), q.yz), c = skin.rgb;
    c = mix(c, c * vec3(1.06, 0.80, 0.76), 0.5 * smoothstep(0.030, 0.0, length(m - vec3(0.042, -0.034, 0.068))));
    c *= mix(1.0, 0.74, smoothstep(0.021, 0.007, length((m - vec3(0.0315, 0.003, 0.078)) * vec3(0.7, 1.1, 0.6))));
    if (q.z < 0.035) return c;
    vec2 eye = m.xy - vec2(0.0320, 0.0015);
    float lid = length(eye * vec2(1.0, 2.1));
    if (lid < 0.0195 && eye.y > -0.004) c *= 0.30;                                              // lashes
    if (lid < 0.0165) {
        float iris = length(eye + vec2(0.001, 0.0));
        c = iris < 0.0032 ? vec3(0.02) : iris < 0.0072 ? vec3(0.14, 0.09, 0.055) : vec3(0.66, 0.63, 0.60);
    }
    vec2 brow = vec2(m.x - 0.034, q.y - 0.0220 + 0.10 * (m.x - 0.034));
    if (length(brow * vec2(1.0, 4.6)) < 0.0205) c = mix(c, hair.rgb, 0.8);
    vec2 mouth = q.xy - vec2(0.0, -0.0715);
    if (length(mouth * vec2(1.0, 2.1)) < 0.0245) c = mix(c, skin.rgb * vec3(0.82, 0.48, 0.46), 0.75);
    if (abs(mouth.y + 2.0 * mouth.x * mouth.x) < 0.0013 && abs(mouth.x) < 0.024) c *= 0.40;     // between the lips
    if (length((m.xy - vec2(0.0075, -0.041)) * vec2(1.0, 1.5)) < 0.0040) c *= 0.40;
    return c;
}

vec3 shoe_colour(vec3 p) {
    int side = length(p - at_joint(ANKLE)) < length(p - at_joint(ANKLE + 1)) ? 0 : 1;
    vec3 q = local(p, ANKLE + side, FOOT + side);
    if (q.y < -0.050) return vec3(0.78);                                                        // sole
    bool laces = q.y > -0.040 && q.z > 0.030 && q.z < 0.105 && abs(q.x) < 0.018 && fract(q.z / 0.018) > 0.5;
    return laces ? vec3(0.85) : shoes.rgb;
}

vec3 shaded(vec3 p, vec3 along) {
    vec3 n = normal_at(p);
    int what = material(p);
    bool flesh = what == SKIN || what == FACE, cloth = what == SHIRT || what == SHORTS;
    vec3 thorax = local(p, MID_SHOULDER, THORAX), skull = local(p, HEAD, SKULL);

    // Noise is dear and both sides of a branch are run: choose where to look, then look once.
    vec3 grain_at = what == HAIR ? skull * vec3(170.0, 45.0, 60.0) : flesh ? p * 60.0 : p * 230.0;
    float grain = noise(grain_at) - 0.5;
    if (cloth) {
        vec3 f = folds(what == SHIRT ? thorax * vec3(10.0, 7.0, 10.0) : p * vec3(13.0, 6.0, 13.0));
        if (what == SHIRT) f = axes[THORAX] * f;
        n = normalize(n - (0.45 + 0.5 * build.z) * f);
    }

    vec3 albedo = skin.rgb;
    float shine = cloth ? 0.02 : 0.12, gloss = 18.0, rough = 0.08;
    if (what == FACE) albedo = face_colour(skull);
    if (what == HAIR) { albedo = hair.rgb; rough = 0.7; gloss = 10.0; }
    if (cloth) { albedo = what == SHIRT ? shirt.rgb : shorts.rgb; rough = 0.10; }
    if (what == SHOE) albedo = shoe_colour(p);
    if (what == SOCK) { albedo = vec3(0.70); shine = 0.02; }
    if (what == IRON) { albedo = vec3(0.07); shine = 0.5; gloss = 30.0; }
    albedo *= 1.0 + rough * grain;

    float facing = dot(n, to_light.xyz), open = openness(p, n);
    float sun = lit(shadows, p + 0.010 * n, 0.012, 0.016);
    float direct = flesh ? max((facing + 0.2) / 1.2, 0.0) : max(facing, 0.0);
    vec3 light = vec3(1.05, 1.00, 0.92) * direct * mix(0.15, 1.0, sun);
    light += vec3(0.40, 0.42, 0.46) * (0.6 + 0.4 * n.y) * open;                                 // ceiling and walls
    light += vec3(0.16, 0.13, 0.10) * max(-n.y, 0.0) * open;                                    // floor
    light += vec3(0.22) * max(-dot(n, along), 0.0) * open;                                      // behind the camera
    vec3 c = albedo * light;
    if (flesh) c += albedo * vec3(0.10, 0.03, 0.015) * pow(1.0 - abs(facing), 3.0) * sun;        // light through the skin
    vec3 between = normalize(to_light.xyz - along);
    c += shine * pow(max(dot(n, between), 0.0), gloss) * sun * 0.6;
    return c + 0.03 * pow(1.0 - max(-dot(n, along), 0.0), 3.0) * open;
}

void main() {
    vec2 at = gl_FragCoord.xy * pass.xy, hit = texelFetch(met, ivec2(gl_FragCoord.xy), 0).rg;
    vec3 along = ray_direction(at);
    bool before = hit.r * film.y < abs(texelFetch(room, ivec2(gl_FragCoord.xy), 0).a) + 0.02;
    colour = vec4(developed(shaded(ray_origin(at) + hit.r * along, along), at), before ? hit.g : 0.0);
}

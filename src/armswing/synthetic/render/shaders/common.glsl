// What every shader knows: the view, the person, noise and the film.
//
// Lengths are metres of a person 1.75 m tall: the whole scene is scaled to that stature before it gets here,
// so that the shapes below need no scale of their own. Colours are linear. Row 0 of a picture is its top.

// A ray through the picture at the share `at` (0..1, 0..1): origin + at.x * origin_x + at.y * origin_y, the same
// for its direction. A perspective view moves only the direction, a parallel one (the light's) only the origin.
layout(std140) uniform View {
    vec4 origin, origin_x, origin_y;
    vec4 toward, toward_x, toward_y;
    vec4 pass;        // xy: share of the picture per pixel of this pass; z: radius of a pixel's cone per metre;
                      // w: its radius at the start, m
    vec4 light_x;     // from a point to its place in the shadow map: share = dot(point - light_origin, light_x)
    vec4 light_y;
    vec4 light_origin;
    vec4 to_light;    // xyz: direction; w: texels of the shadow map along one side
    vec4 film;        // x: amount of light, 1 = a well lit room; y: metres per unit of length (stature / 1.75)
};

const int SHOULDER = 0, ELBOW = 2, WRIST = 4, HIP = 6, KNEE = 8, ANKLE = 10;   // + 0 left, + 1 right
const int MID_SHOULDER = 12, MID_HIP = 13, WAIST = 14, HEAD = 15, NECK = 16;
const int PELVIS = 0, THORAX = 1, SKULL = 2, HAND = 3, FOOT = 5;               // the last two + 0 left, + 1 right

layout(std140) uniform Figure {
    vec4 joint[17];   // xyz
    mat3 axes[7];     // columns: left, up, forward; of a hand: to the palm, to the fingers, to the thumb
    vec4 skin, hair, shirt, shorts, shoes;   // rgb
    vec4 build;       // x: girth of the trunk; y: of the limbs; z: looseness of clothes, 0..1; w: hair, m thick
    vec4 wear;        // x: sleeve as a share of the upper arm; y: shorts, of the thigh; z: bun, radius in m; w: tights
    vec4 held;        // xy: 1 = a dumbbell in the left, the right hand
    vec4 low, high;   // a box around everybody, m
};

vec3 at_joint(int index) { return joint[index].xyz; }

// A point in the axes of a segment: transpose(axes) * (p - origin).
vec3 local(vec3 p, int place, int frame) { return (p - joint[place].xyz) * axes[frame]; }

// Hash of a lattice point, 0..1.  pcg3d: Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020.
float hash(vec3 lattice) {
    uvec3 v = uvec3(ivec3(lattice)) * 1664525u + 1013904223u;
    v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
    v ^= v >> 16u;
    v.x += v.y * v.z;
    return float(v.x >> 8u) * (1.0 / 16777216.0);
}

// Value noise, 0..1: hashes of the eight corners, blended smoothly (after K. Perlin).
float noise(vec3 p) {
    vec3 cell = floor(p), f = p - cell;
    f = f * f * (3.0 - 2.0 * f);
    vec2 e = vec2(0.0, 1.0);
    vec4 near = vec4(hash(cell), hash(cell + e.yxx), hash(cell + e.xyx), hash(cell + e.yyx));
    vec4 far = vec4(hash(cell + e.xxy), hash(cell + e.yxy), hash(cell + e.xyy), hash(cell + e.yyy));
    vec4 plane = mix(near, far, f.z);
    return mix(mix(plane.x, plane.y, f.x), mix(plane.z, plane.w, f.x), f.y);
}

vec3 ray_origin(vec2 at) { return origin.xyz + at.x * origin_x.xyz + at.y * origin_y.xyz; }
vec3 ray_direction(vec2 at) { return normalize(toward.xyz + at.x * toward_x.xyz + at.y * toward_y.xyz); }

// From linear colour to the picture's: exposure with a soft shoulder, gamma, a little vignetting.
vec3 developed(vec3 colour, vec2 at) {
    vec2 off = at - 0.5;
    colour *= film.x * (1.0 - 0.35 * dot(off, off));
    colour = 1.12 * colour / (1.0 + 0.22 * colour);
    return pow(clamp(colour, 0.0, 1.0), vec3(1.0 / 2.2));
}

// Where a ray enters and leaves a box (slab method; I. Quilez, "ray-box intersection", iquilezles.org).
vec2 through_box(vec3 from, vec3 along, vec3 low_corner, vec3 high_corner) {
    vec3 inverse = 1.0 / along, a = (low_corner - from) * inverse, b = (high_corner - from) * inverse;
    vec3 enter = min(a, b), leave = max(a, b);
    return vec2(max(max(enter.x, enter.y), enter.z), min(min(leave.x, leave.y), leave.z));
}

// Share of the light that reaches a point past the person: the shadow map, averaged over a disc of `radius` m.
float lit(sampler2D shadows, vec3 p, float radius, float bias) {
    vec3 from = p - light_origin.xyz;
    vec2 at = vec2(dot(from, light_x.xyz), dot(from, light_y.xyz));
    float depth = -dot(from, to_light.xyz) - bias;
    float spread = radius * length(light_x.xyz), sum = 0.0;
    for (int i = 0; i < 12; i++) {   // Vogel's spiral: even cover of a disc
        float turn = 2.39996 * float(i);
        vec2 tap = at + spread * sqrt((float(i) + 0.5) / 12.0) * vec2(cos(turn), sin(turn));
        float first = texelFetch(shadows, clamp(ivec2(tap * to_light.w), ivec2(0), ivec2(to_light.w) - 1), 0).r;
        sum += first < 0.0 || first > depth ? 1.0 : 0.0;
    }
    return sum / 12.0;
}

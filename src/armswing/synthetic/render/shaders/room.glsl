// The empty gym, once for each camera. rgb: linear colour; a: distance, m, negative on the floor.
// The room's own lengths are metres, whoever stands in it.

uniform int furniture;   // 1: a mat to lie on; 2: a box to sit on
uniform vec4 seat;       // xyz: middle of its top, m; w: half its width

out vec4 colour;

float inside(vec2 p, vec2 middle, vec2 extent) {   // < 0 inside a rectangle
    vec2 d = abs(p - middle) - extent;
    return max(d.x, d.y);
}

vec3 boards(vec2 p) {
    float row = floor(p.x / 0.15), along = p.y + 1.9 * hash(vec3(row, 3.0, 5.0)), board = floor(along / 1.4);
    float tone = hash(vec3(row, board, 11.0)), grain = noise(vec3(p.x * 70.0, p.y * 3.5, 40.0 * tone));
    vec3 c = mix(vec3(0.36, 0.25, 0.155), vec3(0.46, 0.335, 0.215), tone) * (0.88 + 0.20 * grain);
    vec2 joint_ = abs(vec2(fract(p.x / 0.15), fract(along / 1.4)) - 0.5);
    return c * mix(0.62, 1.0, smoothstep(0.0, 0.020, 0.5 - joint_.x)) * (joint_.y > 0.4985 ? 0.7 : 1.0);
}

vec3 floor_colour(vec2 p) {
    vec3 c = boards(p);
    float rubber = inside(p, vec2(0.0, 0.1), vec2(1.05, 1.45));
    if (rubber < 0.0) {
        float speck = hash(floor(vec3(p * 160.0, 1.0)));
        c = vec3(0.085, 0.088, 0.094) + vec3(0.16) * step(0.965, speck) + 0.02 * noise(vec3(p * 9.0, 0.0));
        c *= rubber > -0.02 ? 0.7 : 1.0;
    }
    if (furniture == 1 && inside(p, vec2(0.0, 0.0), vec2(0.36, 0.98)) < 0.0)
        c = vec3(0.10, 0.22, 0.24) * (0.9 + 0.2 * noise(vec3(p * 120.0, 4.0)));
    return c;
}

vec3 wall_colour(vec2 p, float which) {
    vec3 c = mix(vec3(0.60, 0.59, 0.56), vec3(0.52, 0.55, 0.56), step(0.5, which)) * (0.97 + 0.05 * noise(vec3(p * 40.0, which)));
    if (p.y < 1.05) c *= vec3(0.60, 0.64, 0.68);                                               // painted below
    if (abs(p.y - 1.05) < 0.012) c = vec3(0.20);
    if (p.y < 0.11) c = vec3(0.16) * (p.y > 0.10 ? 0.6 : 1.0);
    float window = inside(p, vec2(-2.2 + 0.5 * which, 1.85), vec2(0.85, 0.62));
    if (window < 0.0) {
        bool frame = window > -0.05 || abs(p.x + 2.2 - 0.5 * which) < 0.025;
        c = frame ? vec3(0.50) : mix(vec3(0.80, 0.86, 0.92), vec3(1.00), noise(vec3(p * 1.3, 9.0)));
    }
    // a rack of dumbbells
    vec2 r = p - vec2(1.7, 0.0);
    if (abs(r.x) < 0.85 && r.y < 0.95) {
        float shelf = fract(r.y / 0.32), upright = abs(abs(r.x) - 0.82);
        if (upright < 0.03) c = vec3(0.05);
        else if (shelf < 0.12) c = vec3(0.09);
        else {
            vec2 weight = vec2(fract(r.x / 0.17) - 0.5, shelf - 0.36) * vec2(0.17, 0.32);
            c *= 0.45;
            float disc = length(weight);
            if (disc < 0.070) c = disc < 0.022 ? vec3(0.30) : vec3(0.035 + 0.02 * step(0.055, disc));
        }
    }
    // a poster
    float poster = inside(p, vec2(1.6, 1.80), vec2(0.38, 0.50));
    if (poster < 0.0) {
        float band = noise(vec3(p * vec2(3.0, 2.2), 3.0 + which)) + 0.4 * (p.y - 1.8);
        c = poster > -0.02 ? vec3(0.04) : mix(vec3(0.30, 0.12, 0.06), vec3(0.62, 0.52, 0.30), smoothstep(0.3, 0.7, band));
    }
    return c;
}

void main() {
    const vec3 low_corner = vec3(-4.3, 0.0, -3.6), high_corner = vec3(4.9, 3.1, 5.3);
    vec2 at = gl_FragCoord.xy * pass.xy;
    float metres = film.y;
    vec3 from = ray_origin(at) * metres, along = ray_direction(at), inverse = 1.0 / along;
    vec3 walls = max((low_corner - from) * inverse, (high_corner - from) * inverse);
    float t = min(walls.x, min(walls.y, walls.z)), on_floor = 0.0;
    vec3 p = from + t * along, n, c;
    if (t == walls.y) {
        n = vec3(0.0, -sign(along.y), 0.0);
        on_floor = step(along.y, 0.0);
        c = on_floor > 0.0 ? floor_colour(p.xz) : vec3(0.66);
    } else if (t == walls.x) {
        n = vec3(-sign(along.x), 0.0, 0.0);
        c = wall_colour(vec2(p.z * sign(along.x), p.y), 1.0);
    } else {
        n = vec3(0.0, 0.0, -sign(along.z));
        c = wall_colour(vec2(p.x * -sign(along.z), p.y), 0.0);
    }
    float corner = 1.0;                                                                        // dark corners
    vec3 off = min(p - low_corner, high_corner - p) + vec3(9.0) * abs(n);
    corner *= 0.72 + 0.28 * smoothstep(0.0, 0.7, min(off.x, min(off.y, off.z)));
    if (furniture == 2) {
        vec3 extent = vec3(seat.w, seat.y, 0.19);
        vec2 box = through_box(from, along, vec3(seat.x - extent.x, 0.0, seat.z - 0.24), seat.xyz + vec3(extent.x, 0.0, 0.14));
        if (box.x > 0.0 && box.x < box.y && box.x < t) {
            t = box.x; on_floor = 0.0; corner = 1.0;
            p = from + t * along;
            vec3 q = p - seat.xyz;
            n = q.y > -0.001 ? vec3(0.0, 1.0, 0.0) : abs(q.x) > extent.x - 0.001 ? vec3(sign(q.x), 0.0, 0.0) : vec3(0.0, 0.0, sign(q.z + 0.05));
            c = vec3(0.40, 0.29, 0.18) * (0.85 + 0.2 * noise(p * vec3(8.0, 60.0, 8.0)));
        } else if (on_floor > 0.0 && inside(p.xz, seat.xz - vec2(0.0, 0.05), extent.xz + 0.03) < 0.0) c *= 0.5;
    }
    float light = 0.62 + 0.42 * max(dot(n, to_light.xyz), 0.0) + 0.10 * max(n.y, 0.0);
    light *= 0.82 + 0.18 * smoothstep(5.0, 0.5, length(p.xz));
    colour = vec4(c * light * corner, on_floor > 0.0 ? -t : t);
}

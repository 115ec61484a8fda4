// A cable from the hand, in front of the finished picture where nothing hides it.
// Ray against capsule in closed form: I. Quilez, "capsule intersection", iquilezles.org/articles/intersectors.

uniform sampler2D met;
uniform sampler2D room;
uniform vec3 cable_from, cable_to;   // m of a person 1.75 m tall, like everything here
uniform float cable_radius;

out vec4 colour;

void main() {
    vec2 at = gl_FragCoord.xy * pass.xy;
    vec3 from = ray_origin(at), along = ray_direction(at);
    vec3 axis = cable_to - cable_from, off = from - cable_from;
    float aa = dot(axis, axis), ad = dot(axis, along), ao = dot(axis, off);
    float a = aa - ad * ad, b = aa * dot(along, off) - ao * ad;
    float c = aa * dot(off, off) - ao * ao - cable_radius * cable_radius * aa, h = b * b - a * c;
    float t = (-b - sqrt(max(h, 0.0))) / a, place = ao + t * ad;
    vec2 hit = texelFetch(met, ivec2(gl_FragCoord.xy), 0).rg;
    float behind = abs(texelFetch(room, ivec2(gl_FragCoord.xy), 0).a) / film.y;
    if (hit.r > 0.0 && hit.g > 0.5) behind = min(behind, hit.r);
    bool seen = h > 0.0 && place > 0.0 && place < aa && t > 0.0 && t < behind;
    colour = vec4(developed(vec3(0.02), at), seen ? 0.95 : 0.0);
}

import Foundation

/// PyTorch's random numbers on the CPU: the Mersenne Twister of Matsumoto and Nishimura (1998), MT19937.
public struct MersenneTwister {
    private var state: [UInt32]
    private var place = 624

    public init(seed: UInt32) {
        state = [seed]
        for number in 1..<624 {
            let last = state[number - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(number))
        }
    }

    private mutating func next() -> UInt32 {
        if place == 624 {
            for i in 0..<624 {
                let y = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7fff_ffff
                state[i] = state[(i + 397) % 624] ^ y >> 1 ^ (y & 1) &* 0x9908_b0df
            }
            place = 0
        }
        var y = state[place]
        place += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9d2c_5680
        y ^= y << 15 & 0xefc6_0000
        return y ^ y >> 18
    }

    /// `count` standard normal numbers, a multiple of 16, as PyTorch makes them: by Box and Muller's transform of pairs that
    /// are eight apart.
    public mutating func normals(_ count: Int) -> [Float] {
        let uniform = (0..<count).map { _ in Float(next() & 0xff_ffff) / 16_777_216 }
        return (0..<count).map { place in
            let first = place / 16 * 16 + place % 8
            let radius = (-2 * log(1 - uniform[first])).squareRoot()
            let angle = 2 * Float.pi * uniform[first + 8]
            return radius * (place % 16 < 8 ? cos(angle) : sin(angle))
        }
    }
}

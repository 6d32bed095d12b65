import CGannetSndfile
import Gannet

extension Sound {
    /// Writes the sound as a WAV file of 16 bits a sample; what is beyond −1…1 is cut off. The file is written aside and
    /// renamed, so that no half-written one is ever found there.
    public func write(to path: String) throws(FileError) {
        guard let bytes = wavData else {
            throw FileError(
                .unwritable, path: path,
                "\(path) cannot be written: \(samples.count) samples at \(samplingRate) a second make no WAV file."
            )
        }
        try FileAccess.write(bytes, to: path)
    }

    /// Reads a sound file of any kind that libsndfile knows, such as WAV with any kind of samples. Several channels are
    /// mixed to one, their mean.
    public init(contentsOf path: String) throws(DataError) {
        try self.init(decoding: try DataError.contents(of: path), named: path)
    }

    /// Reads what is the contents of a sound file; `name` is what errors call them.
    public init(decoding contents: [UInt8], named name: String = "The sound") throws(DataError) {
        if Self.isTruncated(contents) {
            throw DataError(
                .truncated, path: name, "\(name) ends before its last sample; copy or download it again.")
        }
        let memory = SoundMemory(contents)
        var info = SF_INFO()
        guard let file = memory.open(SFM_READ, &info) else {
            throw DataError(
                .wrongFormat, path: name,
                "\(name) cannot be read as a sound (\(String(cString: sf_strerror(nil)))): convert it to WAV."
            )
        }
        defer { sf_close(file) }
        let count = Int(info.frames)
        let limit = Self.mostSamples(byteCount: contents.count)
        if count < 1 {
            throw DataError(.damaged, path: name, "\(name) holds no samples: leave it out.")
        }
        if count > limit {
            throw DataError(
                .damaged, path: name,
                "\(name) claims \(count) samples, and of a file of \(contents.count) bytes at most \(limit) are read."
            )
        }
        samples = Self.mixed(file, channels: Int(info.channels), count: count)
        samplingRate = Int(info.samplerate)
        if samples.count < count {
            throw DataError(
                .damaged, path: name,
                "\(name) is damaged: it claims \(count) samples, and \(samples.count) can be read.")
        }
        if let place = samples.firstIndex(where: { !$0.isFinite }) {
            throw DataError(
                .damaged, path: name, "\(name) is damaged: its sample \(place) is \(samples[place]).")
        }
    }

    /// The most samples that a file of `byteCount` bytes is read with: 2²⁴, more in files of more than a megabyte (sixteen
    /// a byte). What claims more is damaged, or made to fill the memory.
    private static func mostSamples(byteCount: Int) -> Int { max(1 << 24, 16 * min(byteCount, 1 << 32)) }

    /// The means of the channels of up to `count` samples.
    private static func mixed(_ file: OpaquePointer, channels: Int, count: Int) -> [Float] {
        let share = max(1, 65_536 / channels)
        var block = [Float](repeating: 0, count: share * channels)
        var samples: [Float] = []
        samples.reserveCapacity(count)
        while samples.count < count {
            let read = Int(sf_readf_float(file, &block, sf_count_t(min(share, count - samples.count))))
            if read < 1 { break }
            if channels == 1 {
                samples += block[..<read]
            } else {
                for place in 0..<read {
                    let sum = block[place * channels..<(place + 1) * channels].reduce(0, +)
                    samples.append(sum / Float(channels))
                }
            }
        }
        return samples
    }

    /// Whether a WAV file ends before the samples that it claims, which libsndfile would pass over. What was written as a
    /// stream claims none, or as many as can be.
    private static func isTruncated(_ bytes: [UInt8]) -> Bool {
        func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) } }
        guard bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8)
        else { return false }
        var place = 12
        while place + 8 <= bytes.count {
            let size = word(place + 4)
            if bytes[place..<place + 4].elementsEqual("data".utf8) {
                return size < 0x7FFF_F000 && place + 8 + size > bytes.count
            }
            place += 8 + size + size % 2
        }
        return false
    }

    /// The sound in WAV format; nil where libsndfile cannot make it.
    private var wavData: [UInt8]? {
        guard let rate = Int32(exactly: samplingRate), !samples.isEmpty else { return nil }
        let memory = SoundMemory()
        var info = SF_INFO()
        info.samplerate = rate
        info.channels = 1
        info.format = Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        guard let file = memory.open(SFM_WRITE, &info) else { return nil }
        let written = sf_writef_short(file, samples.map(Self.pcm), sf_count_t(samples.count))
        return sf_close(file) == 0 && Int(written) == samples.count ? memory.bytes : nil
    }

    /// A sample in 16 bits, as it is read: −1 is −32768.
    private static func pcm(_ sample: Float) -> Int16 {
        if sample.isNaN { return 0 }
        return Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
    }
}

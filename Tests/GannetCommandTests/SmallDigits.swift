import GannetTestSupport

extension TemporaryFolder {
    /// Writes a small data set in the files of MNIST: blurred bars, 28×28, and returns the folder's path.
    func writeDigits(training: Int = 96, test: Int = 40) throws -> String {
        for (part, count) in [("train", training), ("t10k", test)] {
            var pixels: [UInt8] = []
            for picture in 0..<count {
                for pixel in 0..<784 {
                    let distance = abs(pixel % 28 - 4 - picture % 10 * 2) * 60 + abs(pixel / 28 - 14) * 8
                    pixels.append(UInt8(max(255 - distance, 0)))
                }
            }
            try write(header([count, 28, 28]) + pixels, "\(part)-images-idx3-ubyte")
            try write(header([count]) + (0..<count).map { UInt8($0 % 10) }, "\(part)-labels-idx1-ubyte")
        }
        return path
    }

    private func header(_ extents: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(extents.count)]
            + extents.flatMap { extent in [24, 16, 8, 0].map { UInt8(extent >> $0 & 255) } }
    }
}

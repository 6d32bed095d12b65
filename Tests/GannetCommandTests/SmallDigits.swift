import GannetTestSupport

extension TemporaryFolder {
    /// Writes a small data set in the files of MNIST: blurred bars, 28×28, and returns the folder's path.
    func writeDigits(training: Int = 96, test: Int = 40, side: Int = 28) throws -> String {
        for (part, count) in [("train", training), ("t10k", test)] {
            var pixels: [UInt8] = []
            for picture in 0..<count {
                for pixel in 0..<side * side {
                    let (row, column) = (pixel / side, pixel % side)
                    let distance =
                        abs(column - side / 7 - picture % 10 * side / 14) * 60 + abs(row - side / 2) * 8
                    pixels.append(UInt8(max(255 - distance, 0)))
                }
            }
            try write(header([count, side, side]) + pixels, "\(part)-images-idx3-ubyte")
            try write(header([count]) + (0..<count).map { UInt8($0 % 10) }, "\(part)-labels-idx1-ubyte")
        }
        return path
    }

    private func header(_ extents: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(extents.count)]
            + extents.flatMap { extent in [24, 16, 8, 0].map { UInt8(extent >> $0 & 255) } }
    }
}

import Gannet

extension Tensor {
    /// Reads an array in NumPy's format `.npy`, in either order of elements and of bytes.
    ///
    /// Elements of types that Gannet does not have are converted where every value stays what it is: integers to
    /// `int32` where they have a sign and `uint32` where they have none, `float64` to `float32`. A
    /// value that would not stay what it is throws ``DataError/Kind/unsupported``.
    public init(npy path: String) throws(DataError) {
        try self.init(decodingNpy: try DataError.contents(of: path), named: path)
    }

    /// Reads what is the contents of an `.npy` file; see ``init(npy:)``. `name` is what errors call them.
    public init(decodingNpy contents: [UInt8], named name: String = "The array") throws(DataError) {
        let header = try NpyHeader(parsing: contents, file: name)
        let shape = Shape(header.extents)
        let held = HostBuffer(byteCount: shape.count * header.type.scalarType.byteCount)
        do {
            try contents.withUnsafeBufferPointer { contents throws(StoredType.Inexact) in
                try header.type.decode(
                    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: contents[header.byteCount...])),
                    into: held.bytes,
                    isBigEndian: header.isBigEndian)
            }
        } catch {
            throw DataError(
                .unsupported, path: name,
                "Element \(error.index) of \(name) is \(error.value), which \(header.type.scalarType) does not "
                    + "have; convert it first: numpy.save(path, array.astype('float32')).")
        }
        let storage = Storage(
            header.isFortranOrder && shape.rank > 1
                ? Self.rowMajor(held, shape, byteCount: header.type.scalarType.byteCount) : held)
        self.init(storage, shape: shape, scalarType: header.type.scalarType)
    }

    /// Writes the values as an `.npy` file that replaces the one at `path` as a whole or, when anything fails, not
    /// at all.
    ///
    /// - Throws: `FileError` where the file cannot be written, `DeviceError` where the device does not compute.
    public func write(npy path: String, on device: Device = .default) throws {
        try FileAccess.write(try npyData(on: device), to: path)
    }

    /// The contents of an `.npy` file, version 1, little-endian, in row-major order: the same bytes as NumPy's.
    /// NumPy has no `bfloat16`, which is written as `float32`.
    public func npyData(on device: Device = .default) throws -> [UInt8] {
        if scalarType == .bfloat16 { return try cast(to: .float32).npyData(on: device) }
        let header = NpyHeader(type: StoredType(scalarType), extents: shape.extents)
        return try withBytes(on: device) { header.encoded + Array($0) }
    }

    /// The elements of an array whose first index varies fastest, in row-major order.
    private static func rowMajor(_ source: HostBuffer, _ shape: Shape, byteCount: Int) -> HostBuffer {
        let result = HostBuffer(byteCount: source.byteCount)
        var strides = [Int](repeating: byteCount, count: shape.rank)
        for axis in 1..<shape.rank { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var index = [Int](repeating: 0, count: shape.rank)
        var place = 0
        for element in 0..<shape.count {
            (result.address + element * byteCount).copyMemory(
                from: source.address + place, byteCount: byteCount)
            var axis = shape.rank - 1
            while axis >= 0 {
                index[axis] += 1
                place += strides[axis]
                if index[axis] < shape[axis] { break }
                place -= strides[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
        return withExtendedLifetime((source, result)) { result }
    }
}

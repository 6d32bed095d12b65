import Foundation
import Gannet
import GannetData

/// The files beside these tests that Python made; the scripts lie with them.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"

    static func path(_ name: String) -> String { folder + "/" + name }

    /// The bytes of a picture that NumPy has kept, of shape [height, width, channels].
    static func bytes(_ name: String) throws -> (shape: Shape, values: [UInt8]) {
        let tensor = try Tensor(npy: path(name + ".npy"))
        return (tensor.shape, try values(tensor, UInt32.self).map { UInt8($0) })
    }
}

/// The values of a leaf, without a device.
func values<S: TensorScalar>(_ tensor: Tensor, _: S.Type) throws -> [S] {
    guard case .leaf(let storage) = tensor.node.operation, tensor.scalarType == S.scalarType else {
        return []
    }
    let buffer = try storage.hostBuffer()
    return withExtendedLifetime(buffer) { Array(buffer.bytes.bindMemory(to: S.self)) }
}

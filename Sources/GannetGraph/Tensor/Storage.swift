/// A device's copy of some bytes.
public protocol DeviceBuffer: AnyObject, Sendable {
    /// The size in bytes.
    var byteCount: Int { get }

    /// Copies the first `destination.count` bytes to the host, after all work on the buffer is done.
    func read(into destination: UnsafeMutableRawBufferPointer) throws(DeviceError)
}

/// What a backend that keeps copies of storages is asked for.
public protocol StorageHost: AnyObject, Sendable {
    /// Whether the device's buffers are ``HostBuffer``s.
    var worksInHostMemory: Bool { get }

    /// A buffer on this device with the given bytes. A backend that works in host memory returns `bytes`.
    func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer
}

extension StorageHost {
    /// A device has memory of its own unless it says otherwise.
    public var worksInHostMemory: Bool { false }
}

/// The values of a leaf: immutable bytes, with the copies that devices hold.
///
/// Bytes are moved on demand and no more often than needed: a storage made by a device stays there until the
/// host or another device reads it.
public final class Storage: Sendable {
    private struct Residents {
        var host: HostBuffer?
        /// A device is held as long as there are copies on it: another one must not be taken for it.
        var devices: [(host: any StorageHost, buffer: any DeviceBuffer)] = []
    }

    /// The size in bytes.
    public let byteCount: Int
    private let residents: Guarded<Residents>

    /// Creates a storage from bytes on the host.
    public init(_ host: HostBuffer) {
        byteCount = host.byteCount
        residents = Guarded(Residents(host: host))
    }

    /// Creates a storage whose bytes are on a device.
    public init(_ buffer: any DeviceBuffer, on device: any StorageHost) {
        byteCount = buffer.byteCount
        if let host = buffer as? HostBuffer {
            residents = Guarded(Residents(host: host))
        } else {
            residents = Guarded(Residents(host: nil, devices: [(device, buffer)]))
        }
    }

    /// Creates a storage that holds a copy of `elements`.
    public convenience init<Scalar: TensorScalar>(_ elements: [Scalar]) {
        let buffer = HostBuffer(byteCount: elements.count * MemoryLayout<Scalar>.stride)
        elements.withUnsafeBytes { buffer.bytes.copyMemory(from: $0) }
        self.init(buffer)
    }

    /// The bytes on the host, copied there first if only a device has them.
    public func hostBuffer() throws(DeviceError) -> HostBuffer {
        let (known, remote) = residents.withLock { ($0.host, $0.devices.first?.buffer) }
        if let known { return known }
        guard let remote else { return HostBuffer(byteCount: 0) }
        let host = HostBuffer(byteCount: byteCount)
        // `host` is used below, and so lives while its bytes are written.
        try remote.read(into: host.bytes)
        residents.withLock { $0.host = host }
        return host
    }

    /// The bytes on `device`, copied there first if it does not have them.
    public func buffer(on device: any StorageHost) throws(DeviceError) -> any DeviceBuffer {
        if let buffer = residents.withLock({ $0.devices.first { $0.host === device }?.buffer }) {
            return buffer
        }
        let host = try hostBuffer()
        let buffer = try device.upload(host)
        if !(buffer is HostBuffer) { residents.withLock { $0.devices.append((device, buffer)) } }
        return buffer
    }

    /// Ends the storage's life and hands its buffer on `device` to the caller, who may overwrite it; nil, and the
    /// storage lives on, when there is none or somebody else holds it. Only for the storage's single holder.
    public func donateBuffer(on device: any StorageHost) -> (any DeviceBuffer)? {
        residents.withLock { residents in
            if device.worksInHostMemory {
                guard var host = residents.host.take() else { return nil }
                if isKnownUniquelyReferenced(&host) { return host }
                residents.host = host
                return nil
            }
            guard let index = residents.devices.firstIndex(where: { $0.host === device })
            else {
                return nil
            }
            let buffer = residents.devices[index].buffer
            residents = Residents()
            return buffer
        }
    }
}

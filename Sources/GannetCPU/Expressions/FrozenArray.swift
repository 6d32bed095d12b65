/// An array that never changes, read without bounds checks or reference counting in inner loops.
final class FrozenArray<Element: BitwiseCopyable>: @unchecked Sendable {
    /// The first element.
    let base: UnsafePointer<Element>
    /// The number of elements.
    let count: Int

    /// Copies `elements`.
    init(_ elements: [Element]) {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        for (index, element) in elements.enumerated() { (memory + index).initialize(to: element) }
        base = UnsafePointer(memory)
        count = elements.count
    }

    deinit { base.deallocate() }
}

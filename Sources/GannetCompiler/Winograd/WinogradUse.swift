/// When a convolution is made by Winograd's minimal filtering.
package enum WinogradUse: Sendable {
    /// Where it is expected to take less time; that follows from the shape alone.
    case whereFaster
    /// Wherever it is possible.
    case wherePossible
    /// Never.
    case never
}

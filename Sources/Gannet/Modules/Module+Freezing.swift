extension Module {
    /// Lets updates leave the trainable parameters with the given paths as they are, from now on. No gradient is
    /// computed for them.
    ///
    /// Optimizers go on holding the parameters and their moments, so that ``unfreeze(where:)`` takes up the training
    /// where it stood. Running averages are no parameters that are trained, and move as before: within
    /// `ModelMode.with(.evaluation)` they do not.
    ///
    /// ```swift
    /// model.freeze { $0.hasPrefix("encoder.") }
    /// ```
    ///
    /// - Parameter isChosen: Whether the parameter with a path, as ``parameters`` gives it, is meant; all of them
    ///   unless it is given.
    public func freeze(where isChosen: (_ path: String) -> Bool = { _ in true }) {
        for (path, parameter) in parameters where isChosen(path) { parameter.isFrozen = true }
    }

    /// Lets updates move the trainable parameters with the given paths again; see ``freeze(where:)``.
    public func unfreeze(where isChosen: (_ path: String) -> Bool = { _ in true }) {
        for (path, parameter) in parameters where isChosen(path) { parameter.isFrozen = false }
    }
}

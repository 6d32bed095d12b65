import GannetGraph

extension Batch {
    /// As many batches of the same size, one after another; examples that are too few for one more each are in none. Where there are fewer
    /// examples than parts, as at the end of an epoch, each part has all. All are computed, by one program, on `Device.default`.
    func parts(_ number: Int) throws -> [Batch] {
        let size = count / number
        if number == 1 || size == 0 { return [Batch](repeating: self, count: number) }
        return try (0..<number).map { part in
            // The numbers are an input of the program, which is the same for all parts.
            let indices = Tensor((part * size..<(part + 1) * size).map { Int32($0) })
            let chosen = [examples.gathered(at: indices)] + (labels.map { [$0.gathered(at: indices)] } ?? [])
            let values = try Tensor.evaluate(chosen, on: .default)
            var result = self
            result.examples = values[0]
            result.labels = labels == nil ? nil : values[1]
            return result
        }
    }
}

import GannetCompiler
import GannetGraph
import GannetKernels

/// Prints convolutions by Winograd's minimal filtering: kernels of `winograd.cl` that map images, filters and products,
/// and a batch of matrix products between them, in scratch memory. See `WinogradTransform`.
struct WinogradPrinter {
    let shape: WinogradShape
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    static let products = WinogradTransform.productCount

    /// A printer for a convolution, or gradient, of this shape, nil where it has none or the target is not to make it so.
    init?(
        _ shape: WinogradShape?, inputTypes: [ScalarType], outputTypes: [ScalarType], target: KernelTarget
    ) {
        // What is mapped is not to be rounded.
        guard let shape, shape.tileCount > 0, shape.resultChannels > 0, target.tensorUnit == nil else {
            return nil
        }
        switch target.winograd {
        case .never: return nil
        case .wherePossible: break
        case .whereFaster: if !Self.isFaster(shape, target.style) { return nil }
        }
        (self.shape, self.inputTypes, self.outputTypes, self.target) = (
            shape, inputTypes, outputTypes, target
        )
    }

    /// Whether it takes clearly less time than to add all products: 36 in place of 144 for each tile, but what is mapped
    /// is written and read once more. It follows from the shape and the style alone.
    private static func isFaster(_ shape: WinogradShape, _ style: KernelStyle) -> Bool {
        // The multiply-adds that take as long as a byte that is moved.
        let byte = style == .cpu ? 4 : 9
        let (channels, results) = (shape.channels, shape.resultChannels)
        let direct = shape.batch * shape.resultHeight * shape.resultWidth * 9 * channels * results
        let moved = 2 * 4 * products * (shape.tileCount * (channels + results) + channels * results)
        return 5 * (products * shape.tileCount * channels * results + byte * moved) < 4 * direct
    }

    func pitch(_ channels: Int) -> Int { (channels + target.width - 1) / target.width * target.width }

    /// The kernel that maps images, or results as if they were.
    func mapImages(
        _ facts: [(String, String)], _ transform: WinogradTransform, tiles: Int,
        first: (row: Int, column: Int), channels: Int, to place: Int
    ) -> KernelPlan {
        map(
            "images", transform,
            facts + [
                ("MAPPED", "out0"), ("SIZE", "\(transform.inputCount)"), ("ALL_TILES", "\(tiles)"),
                ("FIRST_ROW", "\(first.row)"), ("FIRST_COLUMN", "\(first.column)"),
            ], lines: tiles, channels: channels, to: place)
    }

    /// Where the taps' filters begin.
    var tapTable: String { KernelTemplate.numbers("taps", shape.taps.map { [$0] }) }

    /// A kernel that reads the call's inputs and writes what it maps to scratch memory.
    func map(
        _ section: String, _ transform: WinogradTransform, _ facts: [(String, String)], lines: Int,
        channels: Int, to place: Int, tables: String = ""
    ) -> KernelPlan {
        let (global, local, each) = target.share(lines: lines, of: channels)
        let signature = KernelSignature(inputTypes: inputTypes, outputTypes: [.float32], local: [local])
        let text = template(section).text(
            facts + definitions(transform, threads: local, each: each) + [("PITCH", "\(pitch(channels))")],
            signature: signature, tables: tables)
        return KernelPlan(
            text: text, buffers: inputTypes.indices.map { .input($0) } + [.scratch(place)],
            types: inputTypes + [.float32], global: [global], local: [local])
    }

    func template(_ section: String) -> KernelTemplate {
        KernelTemplate(
            body: ["begin", section, "end"].map { KernelSection.text($0, of: KernelSources.winograd) }
                .joined())
    }

    func definitions(_ map: WinogradTransform, threads: Int, each: Int) -> [(String, String)] {
        [
            ("LANES", "\(target.width)"), ("MAP(IN, OUT)", Self.text(map)), ("THREADS", "\(threads)"),
            ("EACH", "\(each)"), ("TILES", "\(shape.tileCount)"), ("TILE_ROWS", "\(shape.tileRows)"),
            ("TILE_COLUMNS", "\(shape.tileColumns)"),
        ]
    }

    /// The map of a line as statements.
    private static func text(_ map: WinogradTransform) -> String {
        var statements = (0..<map.inputCount).map { "const V v\($0) = IN(\($0));" }
        for (number, step) in map.steps.enumerated() {
            let value =
                switch step {
                case .sum(let a, let b): "v\(a) + v\(b)"
                case .difference(let a, let b): "v\(a) - v\(b)"
                case .multiple(let a, let factor): "v\(a) * \(factor)f"
                case .addMultiple(let a, let b, let factor): "v\(a) + v\(b) * \(factor)f"
                }
            statements.append("const V v\(map.inputCount + number) = \(value);")
        }
        statements += map.results.enumerated().map { "OUT(\($0), v\($1))" }
        return "{ " + statements.joined(separator: " ") + " }"
    }

    /// The most products that are added one by one: long sums would add as much to the errors as the maps do.
    private static let longestSum = 64

    /// The kernels of a batch of products of what lies in scratch memory.
    func multiply(
        batch: Int, m: Int, n: Int, k: Int, a: Kernel.MatrixProduct.Operand, b: Kernel.MatrixProduct.Operand,
        from operands: [Int], to place: Int, behind scratch: ScratchPlaces
    ) -> CallPlan {
        MatrixProductPrinter(
            product: Kernel.MatrixProduct(
                batch: batch, m: m, n: n, k: k, a: a, b: b, epilogue: .storingAccumulator(.float32)),
            inputTypes: [.float32, .float32], outputTypes: [.float32], target: target,
            longestSum: Self.longestSum
        ).plan().placed(
            inputs: operands.map { .scratch($0) }, outputs: [.scratch(place)], behind: scratch.byteCount)
    }
}

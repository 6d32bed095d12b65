/// The OpenCL C sources that are compiled at run time, embedded in the binary.
public enum KernelSources {
    /// Blocked matrix products, in the style of a GPU and of a CPU device.
    public static let matmul = text(PackageResources.matmul_cl)
    /// What products and convolutions share in the style of a GPU.
    public static let groupTile = text(PackageResources.group_tile_cl)
    /// The same where operands are rounded to fewer bits, for matrix units.
    public static let tensorTile = text(PackageResources.tensor_tile_cl)
    /// A matrix unit for tests, in plain OpenCL C.
    public static let tensorEmulation = text(PackageResources.tensor_emulation_cl)
    /// Gradients of convolutions toward their filters, in both styles.
    public static let filterGradient = text(PackageResources.filter_gradient_cl)
    /// Convolutions and what they share with their gradients, in both styles.
    public static let convolution = text(PackageResources.convolution_cl)
    /// Convolutions of each channel by itself.
    public static let depthwiseConvolution = text(PackageResources.depthwise_convolution_cl)
    /// Convolutions whose results have few channels, in both styles.
    public static let spreadConvolution = text(PackageResources.spread_convolution_cl)
    /// The maps of Winograd's minimal filtering, in both styles.
    public static let winograd = text(PackageResources.winograd_cl)
    /// What convolutions need where filters are masked.
    public static let maskedConvolution = text(PackageResources.masked_convolution_cl)
    /// exp, log, tanh, sin, cos and erf, the same polynomials as the CPU backend's.
    public static let mathematics = text(PackageResources.mathematics_cl)
    /// Philox and the normal transform.
    public static let random = text(PackageResources.random_cl)
    /// Numbers of 16 bits.
    public static let half = text(PackageResources.half_cl)
    /// The steps of diffusion processes, with their noise.
    public static let noiseSchedule = text(PackageResources.noise_schedule_cl)
    /// Elements combined with all before them, in both styles.
    public static let scan = text(PackageResources.scan_cl)
    /// The orders that sort lines, in both styles.
    public static let sort = text(PackageResources.sort_cl)
    /// Gathers and partial stores of vectors.
    public static let access = text(PackageResources.access_cl)

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

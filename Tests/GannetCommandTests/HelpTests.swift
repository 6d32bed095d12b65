import Gannet
import Testing

@Suite("What the tool says of itself")
struct HelpTests {
    @Test(
        arguments: [
            [], ["train"], ["sample"], ["complete"], ["denoise"], ["vary"], ["classify"], ["outliers"],
            ["reconstruct"], ["interpolate"], ["traverse"], ["edit"], ["combine"], ["latents"],
            ["neighbours"], ["animate"], ["play"],
            ["play", "saddle"],
            ["evaluate"], ["judge"], ["devices"], ["tune"],
        ]
            + [
                "vae", "autoencoder", "vq-vae", "vq-vae-2", "vq-prior", "fvbn", "pixelcnn", "gated-pixelcnn",
                "pixelrnn-row",
                "pixelrnn-diagonal", "conditional-pixelcnn", "pixelcnn++", "realnvp", "glow", "maf", "gan",
                "cgan", "acgan", "dcgan",
                "wgan", "wgan-gp",
                "ddpm", "wavenet",
                "classifier", "encoded-classifier",
            ].map { ["train", $0] })
    func everyCommandHasHelp(command: [String]) throws {
        let result = try Tool.run(command + ["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("OVERVIEW:") && result.output.contains("USAGE: gannet"))
        // The end of a line of a literal that goes on in the next.
        #expect(!result.output.contains("\\"))
    }

    @Test func devicesAreListed() throws {
        let result = try Tool.run(["devices"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("cpu"))
        let json = try JSON(parsing: Array(try Tool.run(["devices", "--json"]).output.utf8))
        let names = json["devices"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names?.contains("cpu") == true)
        #expect(json["default"]?.stringValue == "cpu")
    }
}

import GannetCompiler
import GannetGraph

/// Convolutions, their gradients and noise steps, as their definitions have them.
extension ScalarOracle {
    /// The element of images [batch, height, width, channels], 0 outside.
    private func pixel(
        _ images: [Value], _ image: Int, _ row: Int, _ column: Int, _ channel: Int,
        height: Int, width: Int, channels: Int
    ) -> Double {
        guard row >= 0, row < height, column >= 0, column < width else { return 0 }
        return images[((image * height + row) * width + column) * channels + channel].float
    }

    /// The sums of a convolution, in row-major order of its results.
    func sums(_ kernel: Kernel.Convolution) -> [Double] {
        let images = inputs[kernel.images]
        let filters = inputs[kernel.filters]
        let count = kernel.batch * kernel.resultHeight * kernel.resultWidth * kernel.resultChannels
        var sums = [Double?](repeating: nil, count: count)
        for part in kernel.parts {
            for image in 0..<kernel.batch {
                for i in 0..<part.rows.count {
                    for j in 0..<part.columns.count {
                        for n in part.channels {
                            var sum = 0.0
                            for tap in part.taps {
                                for c in 0..<part.tapChannels {
                                    let filter =
                                        tap.filter + c * kernel.filterChannelStride
                                        + (n - part.channels.lowerBound) * kernel.filterResultStride
                                    sum +=
                                        pixel(
                                            images, image, i * part.rows.stride + tap.row,
                                            j * part.columns.stride + tap.column, tap.channel + c,
                                            height: kernel.height, width: kernel.width,
                                            channels: kernel.channels) * filters[filter].float
                                }
                            }
                            let row = part.rows.first + i * part.rows.step
                            let column = part.columns.first + j * part.columns.step
                            let place =
                                ((image * kernel.resultHeight + row) * kernel.resultWidth + column)
                                * kernel.resultChannels + n
                            if sums[place] != nil { fatalError("two parts have result \(place): \(kernel)") }
                            sums[place] = sum
                        }
                    }
                }
            }
        }
        return sums.enumerated().map { place, sum in
            guard let sum else { fatalError("no part has result \(place): \(kernel)") }
            return sum
        }
    }

    /// The sums of a gradient toward filters, in row-major order of these.
    func sums(_ kernel: Kernel.FilterGradient) -> [Double] {
        let images = inputs[kernel.images]
        let results = inputs[kernel.results]
        var sums = [Double?](repeating: nil, count: kernel.filterShape.reduce(1, *))
        for part in kernel.parts {
            for tap in part.taps {
                for c in 0..<part.tapChannels {
                    for n in part.channels {
                        var sum = 0.0
                        for image in 0..<kernel.batch {
                            for i in 0..<part.rows.count {
                                for j in 0..<part.columns.count {
                                    let row = part.rows.first + i * part.rows.step
                                    let column = part.columns.first + j * part.columns.step
                                    let result =
                                        ((image * kernel.resultHeight + row) * kernel.resultWidth + column)
                                        * kernel.resultChannels + n
                                    sum +=
                                        pixel(
                                            images, image, i * part.rows.stride + tap.row,
                                            j * part.columns.stride + tap.column, tap.channel + c,
                                            height: kernel.height, width: kernel.width,
                                            channels: kernel.channels) * results[result].float
                                }
                            }
                        }
                        let place =
                            tap.filter + c * kernel.filterChannelStride
                            + (n - part.channels.lowerBound) * kernel.filterResultStride
                        if sums[place] != nil { fatalError("two taps give element \(place): \(kernel)") }
                        sums[place] = sum
                    }
                }
            }
        }
        return sums.map { $0 ?? 0 }
    }

    /// The results of a noise step.
    func noise(_ kernel: Kernel.NoiseStep) -> [Value] {
        let step = kernel.step
        let x = inputs[0]
        let table = inputs[step.hasPrediction ? 2 : 1]
        var key = SIMD4<UInt32>()
        if step.isNoisy {
            for (number, word) in inputs[inputs.count - 1].prefix(4).enumerated() { key[number] = word.word }
        }
        return (0..<kernel.batch * kernel.count).map { element in
            func c(_ number: Int) -> Double {
                table[element / kernel.count * step.coefficientCount + number].float
            }
            var y: Double
            if step.hasPrediction {
                let m = inputs[1][element].float
                var h = c(0) * x[element].float + c(1) * m
                if step.isClipped {
                    let raised = h < -c(6) ? -c(6) : h
                    h = raised > c(6) ? c(6) : raised
                }
                y = c(2) * h + c(3) * x[element].float + c(4) * m
            } else {
                y = c(0) * x[element].float
            }
            if step.isNoisy {
                let normal = NormalTransform.normal(Philox.word(UInt64(element), key: key))
                y += c(step.hasPrediction ? 5 : 1) * Double(normal)
            }
            return .float(Double(Float(y)))
        }
    }
}

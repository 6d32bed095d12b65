import Gannet

extension Device {
    /// The device as results name it: with the tiles that its kernels are made with.
    var title: String { description + (tiles.map { ", \($0) tiles" } ?? "") }
}

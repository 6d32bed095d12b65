import ArgumentParser
import Gannet

/// `gannet devices`.
struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the devices that --device can name.",
        discussion: "The one that is used when none is named is marked by an asterisk.")

    @OptionGroup var json: JSONOption

    func run() {
        let (devices, reasons) = Device.list()
        let chosen = Device.default
        let isUsable = (try? chosen.evaluator()) != nil
        let reason = isUsable || reasons.contains(chosen.description) ? [] : [chosen.description]
        let remarks = reason + reasons
        if json.isAsked {
            let listed = devices.map {
                JSON.object([
                    "name": .string($0.name), "summary": .string($0.summary),
                    "tiles": $0.tiles.map { .string($0) } ?? .null,
                ])
            }
            print(
                JSON.object([
                    "devices": .array(listed), "default": isUsable ? .string(chosen.name) : .null,
                    "remarks": .array(remarks.map { .string($0) }),
                ]))
            return
        }
        let width = devices.map(\.name.count).max() ?? 0
        for device in devices {
            let mark = device.name == chosen.name ? "*" : " "
            let space = String(repeating: " ", count: width - device.name.count)
            let tiles = device.tiles.map { ", \($0) tiles" } ?? ""
            print("\(mark) \(device.name)\(space)  \(device.summary)\(tiles)")
        }
        for remark in remarks { print(remark) }
    }
}

import Gannet
import GannetTestSupport
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("Values are parsed and written with sorted keys")
    func roundTrip() throws {
        let text =
            " {\"b\": [1, -2.5e1, true, null, \"a\\u00e9\\ud83d\\ude00\\n\\\"\"], \"a\": {}, \"c\": []}\n"
        let value = try JSON(parsing: text)
        #expect(value["b"]?.arrayValue?.first == 1)
        #expect(value.description == "{\"a\":{},\"b\":[1,-25.0,true,null,\"aé😀\\n\\\"\"],\"c\":[]}")
        #expect(try JSON(parsing: value.description) == value)
        #expect(try JSON(parsing: value.indentedDescription) == value)
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.",
            ".5", "+1", "-",
            "1e", "1e999", "tru", "nulll", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
            "\"\u{1}\"",
            "{\"a\":1,\"a\":2}", "1 2", "NaN", "'a'", "\u{FEFF}1",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test("Floats are written as the shortest text that reads back as the same")
    func floats() throws {
        #expect(JSON.float(0.1).description == "0.1")
        #expect(JSON.float(.nan).description == "null")
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if !value.isFinite { continue }
            let read = try JSON(parsing: JSON.float(value).description).doubleValue
            #expect(read.map { Float($0) } == value)
        }
    }

    @Test("Indented text keeps lists of plain values on one line")
    func indented() {
        let value: JSON = ["shape": [28, 28, 1], "nested": [[], ["a": "b"]], "none": [:]]
        #expect(
            value.indentedDescription == """
                {
                  "nested": [
                    [],
                    {
                      "a": "b"
                    }
                  ],
                  "none": {},
                  "shape": [28, 28, 1]
                }
                """)
    }

    @Test("Integers keep 64 bits")
    func integers() throws {
        #expect(try JSON(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSON(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSON(parsing: "9223372036854775808").integerValue == nil)
    }
}

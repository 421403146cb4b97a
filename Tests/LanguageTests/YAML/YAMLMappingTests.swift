import Language
import Testing

/// A mapping read key by key, and what it says of keys and values that are not right.
struct YAMLMappingTests {
    enum Colour: String, CaseIterable { case red, green, blue }

    /// Reads one value of each kind and returns what was said.
    private func said(_ text: String) -> [String] {
        let diagnostics = Diagnostics()
        guard let node = YAMLDocument.read(text, file: "f", diagnostics: diagnostics),
            var mapping = YAMLMapping(node, "a thing", diagnostics)
        else { return diagnostics.sorted.map(\.description) }
        _ = mapping.requiredText("id")
        let _: Colour? = mapping.oneOf("colour")
        _ = mapping.int("count", in: 1...10)
        _ = mapping.bool("on")
        _ = mapping.double("share", in: 0...1)
        _ = mapping.length("settle")
        _ = mapping.texts("names")
        mapping.finish()
        return diagnostics.sorted.map(\.description)
    }

    @Test func `a sound mapping says nothing`() {
        #expect(said("{id: x, colour: red, count: 3, on: true, share: 0.5, settle: 30d, names: [a, b]}").isEmpty)
    }

    @Test(arguments: [
        ("{}", ["f:1:1: error[TL106]: a thing needs the key 'id'"]),
        ("[1]", ["f:1:1: error[TL104]: a thing must be a mapping, not a list"]),
        ("{id: x, coluor: red}", ["f:1:9: error[TL105]: a thing has no key 'coluor' (did you mean 'colour'?)"]),
        ("{id: x, colour: gren}", ["f:1:17: error[TL107]: 'gren' is no colour (did you mean 'green'?)"]),
        ("{id: x, count: 11}", ["f:1:16: error[TL107]: 'count' must be a whole number, 1 to 10, not '11'"]),
        ("{id: x, on: yes}", ["f:1:13: error[TL107]: 'on' must be true or false, not 'yes'"]),
        ("{id: x, share: 1.5}", ["f:1:16: error[TL107]: 'share' must be a number from 0.0 to 1.0, not '1.5'"]),
        (
            "{id: x, settle: 30}",
            [
                "f:1:17: error[TL107]: 'settle' must be a length of time, not '30' (write a number and s, m, h, d or w, such as '30m')"
            ]
        ),
        ("{id: x, names: a}", ["f:1:16: error[TL104]: 'names' must be a list, not 'a'"]),
        (
            "id: [x]\nnames:\n  - {a: 1}\nzzz: 1\n",
            [
                "f:1:5: error[TL104]: 'id' must be text, not a list",
                "f:3:5: error[TL104]: 'an entry of 'names'' must be text, not a mapping",
                "f:4:1: error[TL105]: a thing has no key 'zzz' (expected one of 'id', 'colour', 'count', 'on', 'share', 'settle', 'names')",
            ]
        ),
    ])
    func `every problem is said at once with its place`(text: String, expected: [String]) {
        #expect(said(text) == expected)
    }

    @Test(arguments: [("30s", 30), ("5m", 300), ("4h", 14400), ("2d", 172_800), ("1w", 604_800), ("0s", 0)])
    func `lengths of time are a number and a unit`(text: String, seconds: Int) {
        #expect(Duration(length: text) == .seconds(seconds))
    }

    @Test(arguments: ["", "5", "m", "-5m", "5 m", "5M", "1.5h", "99999999999999999999w", "9999999999999w", "٣m"])
    func `anything else is no length of time`(text: String) {
        #expect(Duration(length: text) == nil)
    }

    @Test(arguments: [("escalatd", "escalated"), ("custmer_update", "customer_update"), ("xyz", nil), ("CLOSED", "closed")])
    func `the nearest name is suggested only where it is near`(wrong: String, expected: String?) {
        #expect(nearestName(to: wrong, among: ["escalated", "customer_update", "closed"]) == expected)
    }
}

import Checklists
@testable import Scoring
import Testing

/// What would have cleared a flag, held against audits of records that are changed so.
struct ClearingTests {
    private static let names = ["easy", "overdispersed", "tiny"]

    private struct Setting {
        let network: SimulatedNetwork
        let slots: ItemSlots
        let cases: Cases
        let results: [PartnerResult]
        let flags: [Flag]

        init(_ name: String) throws {
            network = try SimulatedNetwork(name)
            slots = ItemSlots(network.descriptions)
            cases = network.tallied()
            results = network.results
            flags = try FlagRaiser.raise(results, slots: slots, cases: cases).flags.filter { $0.tier == .asserted }
        }

        func isAsserted(_ flag: Flag, _ results: [PartnerResult], _ cases: Cases) throws -> Bool {
            try FlagRaiser.raise(results, slots: slots, cases: cases).flags.contains { $0.id == flag.id && $0.tier == .asserted }
        }
    }

    /// The results where so many records of a flag's item are met.
    private func changed(_ setting: Setting, _ flag: Flag, _ count: Int) throws -> [PartnerResult] {
        var results = setting.results
        let partner = try #require(results.firstIndex { $0.id == flag.partner })
        let item = try #require(results[partner].items.firstIndex { $0.item == flag.item })
        var tally = results[partner].items[item].tally
        if flag.kind == .evidence {
            tally.notObservable -= count
        } else {
            tally.missed -= count
            tally.fail -= count
        }
        tally.met += count
        tally.pass += count
        let description = try #require(setting.network.descriptions.first { $0.id == flag.item })
        results[partner].items[item] = Estimate.result(of: description, tally, worst: [])
        return results
    }

    @Test(arguments: names)
    func `targets and proof are cleared by so many records and not by one less`(name: String) throws {
        let setting = try Setting(name)
        let flags = setting.flags.filter { $0.kind == .standard || $0.kind == .evidence }
        #expect(flags.contains { $0.kind == .standard } && flags.contains { $0.kind == .evidence })
        for flag in flags {
            let count = try #require(flag.clearedBy, "\(flag)")
            #expect(count > 0)
            // Of counts alone: the cases that others are compared by say nothing here.
            #expect(try !setting.isAsserted(flag, changed(setting, flag, count), Cases()), "\(count) for \(flag)")
            #expect(try setting.isAsserted(flag, changed(setting, flag, count - 1), Cases()), "\(count - 1) for \(flag)")
        }
    }

    /// The cases where so many missed records of a flag's item are met, those first that an ordinary partner most surely meets.
    private func changedCases(_ setting: Setting, _ flag: Flag, _ count: Int) throws -> Cases {
        let (groups, slots) = (setting.cases.groups, setting.slots.slots)
        let slot = try #require(slots.firstIndex { $0.description.id == flag.item })
        let trials = try FlagRaiser.trials(setting.results, slots: setting.slots, cases: setting.cases)
        let subject = try #require(trials.chances.keys.first { trials.subjects[$0].id == flag.item })
        let chances = try #require(trials.chances[subject])
        let partner = try #require(groups.partners.firstIndex(of: flag.partner))
        var items = try slots.indices.map { try setting.cases.cells(of: $0) }
        let own = items[slot].group.indices.filter { Int(groups.partner[Int(items[slot].group[$0])]) == partner }
        func chance(_ place: Int) -> Double { chances[Int(groups.mix[Int(items[slot].group[place])])] }
        var left = Int32(count)
        for place in own.sorted(by: { (-chance($0), $0) < (-chance($1), $1) }) {
            let taken = min(left, items[slot].missed[place])
            items[slot].missed[place] -= taken
            items[slot].met[place] += taken
            left -= taken
        }
        #expect(left == 0)
        return Cases(
            groups: groups, items: items, measures: setting.cases.measures, durations: [0: try setting.cases.durations(of: 0)],
            routes: [1: try setting.cases.routes(of: 1)])
    }

    /// The overdispersed network asserts none: partners ordinarily differ too much in it.
    @Test(arguments: ["easy", "tiny"])
    func `a comparison with peers is cleared by so many records and not by one less`(name: String) throws {
        let setting = try Setting(name)
        let flags = setting.flags.filter { $0.kind == .peer && $0.item != "duration" }
        #expect(!flags.isEmpty)
        for flag in flags.prefix(2) {
            let count = try #require(flag.clearedBy, "\(flag)")
            #expect(count > 0)
            #expect(try !setting.isAsserted(flag, setting.results, changedCases(setting, flag, count)), "\(count) for \(flag)")
            #expect(
                try setting.isAsserted(flag, setting.results, changedCases(setting, flag, count - 1)), "\(count - 1) for \(flag)")
        }
    }

    @Test func `only asserted targets, proof and comparisons of items say what would clear them`() throws {
        let network = try SimulatedNetwork("tiny")
        let raised = try FlagRaiser.raise(network.results, slots: ItemSlots(network.descriptions), cases: network.tallied())
        for flag in raised.flags {
            let isCounted = [.standard, .evidence, .peer].contains(flag.kind) && flag.item != "duration"
            if flag.tier == .watch || !isCounted { #expect(flag.clearedBy == nil, "\(flag)") }
        }
    }
}

import Testing

@testable import Scoring

/// A source that tells of an activity far less than before.
struct SilencedActivitiesTests {
    private static func seen(_ activity: String, _ records: Int, of total: Int) -> SeenActivity {
        SeenActivity(
            partner: "north", source: "desk", activity: activity, records: records, events: records, total: total)
    }

    @Test(arguments: [
        // 200 of 400, then of 400 again: gone, less than half, a little more than half, unchanged, more.
        (200, 400, 0, 400, true), (200, 400, 80, 400, true), (200, 400, 101, 400, false), (200, 400, 200, 400, false),
        (200, 400, 390, 400, false),
        // Too few records to have expected thirty.
        (200, 400, 0, 59, false), (200, 400, 0, 60, true), (20, 400, 0, 400, false),
        // So few before that the share then was hardly known.
        (3, 4, 40, 100, false),
    ])
    func `a fall is said where it is large and no chance`(
        _ before: Int, _ ofBefore: Int, _ now: Int, _ ofNow: Int, _ isSaid: Bool
    ) {
        let caveats = SilencedActivities.caveats(
            now: [Self.seen("", ofNow, of: ofNow), Self.seen("acknowledged", now, of: ofNow)],
            before: [Self.seen("", ofBefore, of: ofBefore), Self.seen("acknowledged", before, of: ofBefore)])
        #expect((caveats["north"] ?? []).count == (isSaid ? 1 : 0))
    }

    @Test func `the caveat names the source, the activity and both shares`() {
        let caveats = SilencedActivities.caveats(
            now: [Self.seen("", 400, of: 400)], before: [Self.seen("", 400, of: 400), Self.seen("acknowledged", 200, of: 400)])
        #expect(
            caveats == [
                "north": [
                    "source 'desk' tells of 'acknowledged' in 0 % of 400 records, after 50 % of 400 at the last audit: "
                        + "what rests on it may look other than it is"
                ]
            ])
    }

    @Test func `a source that brings no records says nothing of shares`() {
        let before = [Self.seen("", 400, of: 400), Self.seen("acknowledged", 200, of: 400)]
        #expect(SilencedActivities.caveats(now: [], before: before).isEmpty)
        #expect(SilencedActivities.caveats(now: before, before: []).isEmpty)
    }
}

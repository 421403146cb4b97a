import Checklists
import Language
import Scoring

/// A rate drawn between 0 and 100 %: the interval as a bar, the rate as a dot, the target as a tick.
struct IntervalBar {
    let rate: Double
    let low: Double
    let high: Double
    let target: Double?

    private static let width = 150.0

    func write(to html: inout HTMLWriter) {
        // Without a target there is neither better nor worse.
        let (bar, dot) = target.map { rate < $0 ? ("#f4ba7e", "#8a4304") : ("#9cc7e6", "#1f5f99") } ?? ("#c3ccd5", "#4a5865")
        let label = "\(Figures.percent(rate)), interval \(Figures.percentNumber(low)) to \(Figures.percent(high))"
        html.element(
            "svg", ["width": "150", "height": "18", "viewBox": "0 0 150 18", "role": "img", "aria-label": label]
        ) { html in
            html.element("line", ["x1": "0", "y1": "9", "x2": "150", "y2": "9", "stroke": "#cdd5dc", "stroke-width": "1"], "")
            html.element(
                "rect",
                [
                    "x": x(low), "y": "5", "width": x(max(high - low, 0.01)), "height": "8", "rx": "2",
                    "fill": bar,
                ], "")
            html.element("circle", ["cx": x(rate), "cy": "9", "r": "3.5", "fill": dot], "")
            if let target {
                html.element(
                    "line", ["x1": x(target), "y1": "1", "x2": x(target), "y2": "17", "stroke": "#1c2733", "stroke-width": "2"],
                    "")
            }
        }
    }

    private func x(_ share: Double) -> String { Drawing.coordinate(share * Self.width) }
}

/// The cited moments of a breach on a line, to scale, from the record's opening to its end.
struct TimelineStrip {
    let breach: Breach
    let asOf: Instant

    private static let width = 640.0

    func write(to html: inout HTMLWriter) {
        let cited = breach.evidence?.events ?? []
        var moments = cited.map(\.at)
        if let opened = breach.opened { moments.append(opened) }
        if let closed = breach.closed { moments.append(closed) }
        guard let first = moments.min(), let last = moments.max(), first < last else { return }
        let span = Double(last.seconds - first.seconds) + Double(last.nanoseconds - first.nanoseconds) / 1e9
        func x(_ instant: Instant) -> Double {
            let offset = Double(instant.seconds - first.seconds) + Double(instant.nanoseconds - first.nanoseconds) / 1e9
            return 6 + offset / span * (Self.width - 12)
        }
        html.element(
            "svg",
            [
                "width": "640", "height": "20", "viewBox": "0 0 640 20", "role": "img",
                "aria-label": "the events listed below, to scale",
            ]
        ) { html in
            // There are a few of these for every breach: they are written in pieces, not put together of attributes.
            html.markup(##"<line x1="6" y1="10" x2="634" y2="10" stroke="#cdd5dc" stroke-width="2"></line>"##)
            // The stretch between the events that the verdict speaks of.
            if let from = cited.map(\.at).min(), let to = cited.map(\.at).max(), from < to {
                html.markup(##"<line x1=""##)
                html.coordinate(x(from))
                html.markup(##"" y1="10" x2=""##)
                html.coordinate(x(to))
                html.markup(##"" y2="10" stroke="#e99a4c" stroke-width="4"></line>"##)
            }
            for ends in [breach.opened, breach.closed] {
                guard let ends else { continue }
                html.markup(##"<line x1=""##)
                html.coordinate(x(ends))
                html.markup(##"" y1="3" x2=""##)
                html.coordinate(x(ends))
                html.markup(##"" y2="17" stroke="#5b6b7a" stroke-width="2"></line>"##)
            }
            for event in cited {
                html.markup(##"<circle cx=""##)
                html.coordinate(x(event.at))
                html.markup(##"" cy="10" r="5" fill="#8a4304"><title>"##)
                html.text(event.activity)
                html.markup(", ")
                html.moment(event.at)
                html.markup("</title></circle>")
            }
        }
    }
}

enum Drawing {
    /// A coordinate with one decimal, the same on every machine.
    static func coordinate(_ value: Double) -> String {
        var html = HTMLWriter()
        html.coordinate(value)
        return html.string
    }
}

// Threat models as tabs, tables that sort. Without this script everything is shown one below the other.
(() => {
  const panels = [...document.querySelectorAll('.panel')];
  if (panels.length > 1) {
    const list = document.createElement('div');
    list.className = 'tabs';
    list.setAttribute('role', 'tablist');
    list.setAttribute('aria-label', 'Threat models');
    const tabs = panels.map(panel => {
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.id = panel.id + '-tab';
      tab.textContent = panel.dataset.name + ' ' + panel.dataset.robust;
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('role', 'tabpanel');
      list.append(tab);
      return tab;
    });
    const select = index => panels.forEach((panel, i) => {
      panel.hidden = i !== index;
      tabs[i].setAttribute('aria-selected', i === index);
      tabs[i].tabIndex = i === index ? 0 : -1;
    });
    tabs.forEach((tab, i) => {
      tab.addEventListener('click', () => select(i));
      tab.addEventListener('keydown', event => {
        const to = {ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: tabs.length - 1}[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = (to + tabs.length) % tabs.length;
        select(next);
        tabs[next].focus();
      });
    });
    const show = hash => {
      const index = panels.findIndex(panel => '#' + panel.id === hash);
      if (index < 0) return;
      select(index);
      list.scrollIntoView();
    };
    document.querySelector('.panels').prepend(list);
    select(0);
    show(location.hash);
    addEventListener('hashchange', () => show(location.hash));
    // A link to what the address names already changes no address.
    document.querySelectorAll('a[href^="#threat-model-"]').forEach(link => link.addEventListener('click', () => show(link.hash)));
  }

  const value = (row, column) => {
    const cell = row.cells[column];
    return Number(cell.dataset.value ?? cell.textContent.replaceAll(',', ''));
  };
  document.querySelectorAll('.sortable').forEach(table => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.tagName !== 'TH') return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        heads.forEach(each => each.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
        const body = table.tBodies[0];
        body.append(...[...body.rows].sort((a, b) => sign * (value(a, column) - value(b, column))));
      });
    });
  });
})();

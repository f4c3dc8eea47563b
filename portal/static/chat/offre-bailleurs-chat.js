/*! Contains Lit, https://lit.dev

BSD 3-Clause License

Copyright (c) 2017 Google LLC. All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
*/
(function(){var e=globalThis,t=e.ShadowRoot&&(e.ShadyCSS===void 0||e.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,n=Symbol(),r=new WeakMap,i=class{constructor(e,t,r){if(this._$cssResult$=!0,r!==n)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,n=this.t;if(t&&e===void 0){let t=n!==void 0&&n.length===1;t&&(e=r.get(n)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),t&&r.set(n,e))}return e}toString(){return this.cssText}},a=e=>new i(typeof e==`string`?e:e+``,void 0,n),o=(e,...t)=>new i(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,n),s=(n,r)=>{if(t)n.adoptedStyleSheets=r.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let t of r){let r=document.createElement(`style`),i=e.litNonce;i!==void 0&&r.setAttribute(`nonce`,i),r.textContent=t.cssText,n.appendChild(r)}},c=t?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return a(t)})(e):e,{is:l,defineProperty:u,getOwnPropertyDescriptor:d,getOwnPropertyNames:f,getOwnPropertySymbols:p,getPrototypeOf:m}=Object,h=globalThis,ee=h.trustedTypes,te=ee?ee.emptyScript:``,ne=h.reactiveElementPolyfillSupport,g=(e,t)=>e,_={toAttribute(e,t){switch(t){case Boolean:e=e?te:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},re=(e,t)=>!l(e,t),ie={attribute:!0,type:String,converter:_,reflect:!1,useDefault:!1,hasChanged:re};Symbol.metadata??=Symbol(`metadata`),h.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=ie){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&u(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=d(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??ie}static _$Ei(){if(this.hasOwnProperty(g(`elementProperties`)))return;let e=m(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(g(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(g(`properties`))){let e=this.properties,t=[...f(e),...p(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(c(e))}else e!==void 0&&t.push(c(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return s(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?_:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?_:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??re)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[g(`elementProperties`)]=new Map,v[g(`finalized`)]=new Map,ne?.({ReactiveElement:v}),(h.reactiveElementVersions??=[]).push(`2.1.2`);var ae=globalThis,oe=e=>e,y=ae.trustedTypes,se=y?y.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,ce=`$lit$`,b=`lit$${Math.random().toFixed(9).slice(2)}$`,le=`?`+b,ue=`<${le}>`,x=document,S=()=>x.createComment(``),C=e=>e===null||typeof e!=`object`&&typeof e!=`function`,de=Array.isArray,fe=e=>de(e)||typeof e?.[Symbol.iterator]==`function`,pe=`[ 	
\f\r]`,w=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,me=/-->/g,he=/>/g,T=RegExp(`>|${pe}(?:([^\\s"'>=/]+)(${pe}*=${pe}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),ge=/'/g,_e=/"/g,ve=/^(?:script|style|textarea|title)$/i,ye=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),E=ye(1),D=ye(2),O=Symbol.for(`lit-noChange`),k=Symbol.for(`lit-nothing`),be=new WeakMap,A=x.createTreeWalker(x,129);function xe(e,t){if(!de(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return se===void 0?t:se.createHTML(t)}var Se=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=w;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===w?c[1]===`!--`?o=me:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=T):(ve.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=T):o=he:o===T?c[0]===`>`?(o=i??w,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?T:c[3]===`"`?_e:ge):o===_e||o===ge?o=T:o===me||o===he?o=w:(o=T,i=void 0);let d=o===T&&e[t+1].startsWith(`/>`)?` `:``;a+=o===w?n+ue:l>=0?(r.push(s),n.slice(0,l)+ce+n.slice(l)+b+d):n+b+(l===-2?t:d)}return[xe(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Ce=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Se(t,n);if(this.el=e.createElement(l,r),A.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=A.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(ce)){let t=u[o++],n=i.getAttribute(e).split(b),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Te:r[1]===`?`?Ee:r[1]===`@`?De:N}),i.removeAttribute(e)}else e.startsWith(b)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(ve.test(i.tagName)){let e=i.textContent.split(b),t=e.length-1;if(t>0){i.textContent=y?y.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],S()),A.nextNode(),c.push({type:2,index:++a});i.append(e[t],S())}}}else if(i.nodeType===8){if(i.data===le)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(b,e+1))!==-1;)c.push({type:7,index:a}),e+=b.length-1}}a++}}static createElement(e,t){let n=x.createElement(`template`);return n.innerHTML=e,n}};function j(e,t,n=e,r){if(t===O)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=C(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=j(e,i._$AS(e,t.values),i,r)),t}var we=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??x).importNode(t,!0);A.currentNode=r;let i=A.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new M(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Oe(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=A.nextNode(),a++)}return A.currentNode=x,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},M=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=k,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=j(this,e,t),C(e)?e===k||e==null||e===``?(this._$AH!==k&&this._$AR(),this._$AH=k):e!==this._$AH&&e!==O&&this._(e):e._$litType$===void 0?e.nodeType===void 0?fe(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==k&&C(this._$AH)?this._$AA.nextSibling.data=e:this.T(x.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Ce.createElement(xe(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new we(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=be.get(e.strings);return t===void 0&&be.set(e.strings,t=new Ce(e)),t}k(t){de(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(S()),this.O(S()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=oe(e).nextSibling;oe(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},N=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=k,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=k}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=j(this,e,t,0),a=!C(e)||e!==this._$AH&&e!==O,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=j(this,r[n+o],t,o),s===O&&(s=this._$AH[o]),a||=!C(s)||s!==this._$AH[o],s===k?e=k:e!==k&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===k?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Te=class extends N{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===k?void 0:e}},Ee=class extends N{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==k)}},De=class extends N{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=j(this,e,t,0)??k)===O)return;let n=this._$AH,r=e===k&&n!==k||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==k&&(n===k||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Oe=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){j(this,e)}},ke={M:ce,P:b,A:le,C:1,L:Se,R:we,D:fe,V:j,I:M,H:N,N:Ee,U:De,B:Te,F:Oe},Ae=ae.litHtmlPolyfillSupport;Ae?.(Ce,M),(ae.litHtmlVersions??=[]).push(`3.3.3`);var je=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new M(t.insertBefore(S(),e),e,void 0,n??{})}return i._$AI(e),i},Me=globalThis,P=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=je(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return O}};P._$litElement$=!0,P.finalized=!0,Me.litElementHydrateSupport?.({LitElement:P});var Ne=Me.litElementPolyfillSupport;Ne?.({LitElement:P}),(Me.litElementVersions??=[]).push(`4.2.2`);var Pe={attribute:!0,type:String,converter:_,reflect:!1,hasChanged:re},Fe=(e=Pe,t,n)=>{let{kind:r,metadata:i}=n,a=globalThis.litPropertyMetadata.get(i);if(a===void 0&&globalThis.litPropertyMetadata.set(i,a=new Map),r===`setter`&&((e=Object.create(e)).wrapped=!0),a.set(n.name,e),r===`accessor`){let{name:r}=n;return{set(n){let i=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,i,e,!0,n)},init(t){return t!==void 0&&this.C(r,void 0,e,t),t}}}if(r===`setter`){let{name:r}=n;return function(n){let i=this[r];t.call(this,n),this.requestUpdate(r,i,e,!0,n)}}throw Error(`Unsupported decorator location: `+r)};function F(e){return(t,n)=>typeof n==`object`?Fe(e,t,n):((e,t,n)=>{let r=t.hasOwnProperty(n);return t.constructor.createProperty(n,e),r?Object.getOwnPropertyDescriptor(t,n):void 0})(e,t,n)}function I(e){return F({...e,state:!0,attribute:!1})}var Ie=[`bot`,`waiting`,`adviser`,`returning`],Le=`nobody`;function Re(e,t){let n=t.get(`Chat-Floor`);return{messages:ze(e),floor:Ue(n)?n:`bot`,erased:n===Le}}function ze(e){let t=L(e)?e.messages:void 0;if(!Array.isArray(t))throw TypeError(`no list of messages`);return t.map(Be)}function L(e){return typeof e==`object`&&!!e&&!Array.isArray(e)}function Be(e){if(!L(e)||typeof e.seq!=`number`||!He(e.from))throw TypeError(`not a message`);let t=Ge(e.image),n=Ve(e.attachment);return{seq:e.seq,from:e.from,text:R(e.text),buttons:Array.isArray(e.buttons)?e.buttons.filter(We):[],...t!==void 0&&{image:t},...n!==void 0&&{attachment:n}}}function Ve(e){if(!L(e))return;let t=Ge(e.url);if(t===void 0)return;let n=typeof e.size==`number`?e.size:0;return{name:R(e.name)||t,url:t,type:R(e.type),size:n}}function He(e){return e===`bot`||e===`user`||e===`adviser`}function Ue(e){return Ie.includes(e)}function We(e){return L(e)&&typeof e.title==`string`&&typeof e.choice==`string`}function R(e){return typeof e==`string`?e:``}function Ge(e){return typeof e==`string`&&/^https?:\/\//i.test(e)?e:void 0}var z=class extends Error{constructor(e,t=``,n=null){super(`${e}: ${t}`),this.kind=e,this.detail=t,this.retryAfter=n,this.name=`ChatFailure`}},Ke={tries:5,busyTries:20,firstDelay:1e3,longestDelay:3e4},qe={...Ke,tries:1,busyTries:1};function Je(e,t,n,r){if(e.kind===`expired`||e.kind===`refused`||t>=(e.kind===`busy`?n.busyTries:n.tries))return null;let i=e.kind===`busy`?0:t-1,a=n.firstDelay*2**i*(1+r/4),o=Math.max(a,e.retryAfter??0);return o>n.longestDelay?null:o}async function Ye(e,t,n,r){let i={busy:0,other:0};for(;;)try{return await e()}catch(e){if(!(e instanceof z))throw e;let a=Je(e,++i[e.kind===`busy`?`busy`:`other`],t,Math.random());if(a===null)throw e;r?.(e),await Ze(a,n)}}function Xe(e,t=Date.now()){if(e===null||e.trim()===``)return null;let n=Number(e),r=Number.isNaN(n)?Date.parse(e)-t:n*1e3;return Number.isNaN(r)?null:Math.max(0,r)}function Ze(e,t){return new Promise((n,r)=>{let i=()=>{clearTimeout(a),r(Qe())},a=setTimeout(()=>{t.removeEventListener(`abort`,i),n()},e);t.aborted?i():t.addEventListener(`abort`,i,{once:!0})})}function Qe(){return new DOMException(`aborted`,`AbortError`)}var $e=3e4,et=class{#e;constructor(e,t,n=Ke){this.identityUrl=t,this.policy=n,this.#e=e.replace(/\/+$/,``)}async identity(e,t=this.policy){let n=this.identityUrl;if(n===null)return{token:null,who:``};let r=e=>{if(!L(e))throw TypeError(`not an identity`);let{token:t,who:n}=e;return typeof t==`string`&&t!==``?{token:t,who:String(n)}:{token:null,who:``}};return Ye(()=>tt(n,{credentials:`same-origin`},r,e),t,e)}async open(e,t){let n=e=>{if(!L(e)||typeof e.token!=`string`)throw TypeError(`no conversation token`);return{token:e.token,messages:ze(e)}},r={method:`POST`,bearer:e.token,body:{}};return this.#t(`/conversations`,r,n,t)}async send(e,t,n,r,i){let a={method:`POST`,bearer:e,body:{id:t,...n}};return this.#t(`/messages`,a,Re,r,{onWait:i})}async history(e,t,n,r=0){let i=`/messages?after=${t}`+(r>0?`&wait=${r}`:``),a={bearer:e,timeout:$e+r*1e3};return this.#t(i,a,Re,n,{policy:r>0?qe:this.policy})}async erase(e,t){try{await this.#t(`/conversations`,{method:`DELETE`,bearer:e},()=>void 0,t)}catch(e){if(!(e instanceof z&&e.kind===`expired`))throw e}}#t(e,t,n,r,{onWait:i,policy:a=this.policy}={}){return Ye(()=>tt(this.#e+e,t,n,r),a,r,i)}};async function tt(e,t,n,r){if(r.aborted)throw Qe();let i=new AbortController,a=()=>i.abort(),o=setTimeout(a,t.timeout??$e);r.addEventListener(`abort`,a);try{let r=await fetch(e,{method:t.method??`GET`,headers:nt(t),credentials:t.credentials??`omit`,cache:`no-store`,signal:i.signal,...t.body!==void 0&&{body:JSON.stringify(t.body)}}),a=await r.text();if(!r.ok)throw rt(r,a);return n(a===``?void 0:JSON.parse(a),r.headers)}catch(e){throw r.aborted?Qe():e instanceof z?e:new z(`network`)}finally{clearTimeout(o),r.removeEventListener(`abort`,a)}}function nt({bearer:e,body:t}){return{Accept:`application/json`,...t!==void 0&&{"Content-Type":`application/json`},...e&&{Authorization:`Bearer ${e}`}}}function rt(e,t){return new z(it(e.status),at(t),Xe(e.headers.get(`Retry-After`)))}function it(e){switch(e){case 401:return`expired`;case 409:return`busy`;case 429:return`limited`;default:return e>=500?`unavailable`:`refused`}}function at(e){try{let t=JSON.parse(e);return L(t)&&typeof t.detail==`string`?t.detail:``}catch{return``}}function ot(){let e=crypto.getRandomValues(new Uint8Array(16));return e[6]=e[6]&15|64,e[8]=e[8]&63|128,Array.from(e,e=>e.toString(16).padStart(2,`0`)).join(``).replace(/^(.{8})(.{4})(.{4})(.{4})/,`$1-$2-$3-$4-`)}var st=2e3,ct=1e3,lt=6e4,ut=class{#e=null;constructor(e){this.ask=e}async start(){if(this.#e!==null)return;let e=new AbortController;this.#e=e;try{await this.#t(e.signal)}catch(t){if(!e.signal.aborted&&!dt(t))throw t}finally{this.#e===e&&(this.#e=null),e.abort()}}stop(){this.#e?.abort(),this.#e=null}async#t(e){for(let t=0;;){let n=Date.now();try{let r=await this.ask(e);t=0,r||await Ze(Math.max(0,n+st-Date.now()),e)}catch(n){if(!(n instanceof z)||dt(n))throw n;let r=Math.min(ct*2**t++,lt)*(1+Math.random()/4);await Ze(Math.max(r,n.retryAfter??0),e)}}}};function dt(e){return e instanceof z&&(e.kind===`expired`||e.kind===`refused`)}var B=`\xA0`;function V(e){return e.replace(RegExp(` (?=[:;?!»%€])|(?<=«) `,`g`),B)}var H={launcher:`Poser une question`,launcherMore:` à l’assistant`,launcherNews:`Un conseiller vous a répondu`,title:`Assistant bailleurs`,automatic:`Un programme vous répond`,withAdviser:`Un conseiller vous répond`,close:`Fermer`,closeMore:` l’assistant`,privacy:`Ce que vous écrivez ici est enregistré pour un temps limité.`,privacyLink:`Vos données personnelles`,log:`Messages de la conversation`,speakers:{bot:`Assistant`,adviser:`Conseiller`,user:`Vous`},newMessage:`Nouveau message`,newWindow:`nouvelle fenêtre`,input:`Votre message`,inputHint:V(`Entrée : envoyer. Maj + Entrée : aller à la ligne.`),send:`Envoyer`,charactersLeft:e=>e===0?`Plus aucun caractère disponible`:`Encore ${mt(e,`caractère`)}`,charactersOver:e=>`${mt(e,`caractère`)} en trop`,tooLong:e=>V(`Votre message dépasse ${e.toLocaleString(`fr-FR`)} caractères : raccourcissez-le avant de l’envoyer.`),stillAnswering:V(`L’assistant prépare sa réponse : vous pourrez envoyer votre message juste après.`),stillSending:V(`Votre message est en route : vous pourrez envoyer le suivant juste après.`),stuckFirst:V(`Votre message précédent attend : choisissez d’abord « Réessayer ».`),opening:`Connexion à l’assistant…`,typing:`L’assistant écrit…`,retrying:V(`La connexion est difficile : nouvel essai dans un instant…`),failed:{network:V(`La connexion a été interrompue.`),busy:V(`L’assistant n’a pas encore fini de répondre.`),limited:V(`Beaucoup de messages en peu de temps : patientez un instant.`),unavailable:V(`L’assistant ne peut pas répondre pour l’instant.`),refused:V(`Ce message ne peut pas être envoyé.`),expired:V(`L’assistant n’a pas pu ouvrir de conversation : rechargez la page.`)},kept:V(`Votre message est gardé : « Réessayer » le renvoie sans jamais le compter deux fois.`),notErased:V(`La conversation n’a pas pu être effacée.`),retry:`Réessayer`,abandon:`Ne pas renvoyer`,expired:V(`Votre conversation a expiré : en voici une nouvelle.`),expiredKept:V(`Votre conversation a expiré : en voici une nouvelle. Votre message vous attend dans la zone de saisie.`),changed:V(`Votre connexion a changé : la conversation précédente a été effacée.`),erased:`La conversation a été effacée.`,erase:`Effacer la conversation`,eraseQuestion:V(`Effacer la conversation ?`),eraseDetail:V(`Tous les messages échangés ici seront supprimés. Une déclaration déjà transmise reste transmise, et un message laissé à un conseiller lui reste, pour qu’il vous réponde. Pour le retirer aussi, annulez et écrivez à l’assistant « effacez mes données ».`),eraseYes:`Oui, effacer`,eraseNo:`Annuler`};function ft(e,t){let n=/^[a-z]+\/([a-z0-9]{2,5})$/i.exec(e)?.[1]??/\.([a-z0-9]{1,5})$/i.exec(t)?.[1]??`fichier`;return n===`fichier`?n:n.toUpperCase()}function pt(e){if(e<1024)return`${e}${B}${e<2?`octet`:`octets`}`;let t=Math.round(e/1024);return t<1024?`${t}${B}Ko`:`${(e/1048576).toLocaleString(`fr-FR`,{maximumFractionDigits:1})}${B}Mo`}function mt(e,t){return`${e.toLocaleString(`fr-FR`)}${B}${t}${e<2?``:`s`}`}var ht=class{#e=[];#t=0;#n=0;get entries(){return this.#e}get synced(){return this.#t}clear(){this.#e=[],this.#t=0,this.#n+=1}place(e,t){this.#e.some(t=>t.key===e)||(this.#e=[...this.#e,{key:e,seq:null,from:`user`,text:t,buttons:[],old:!1}])}withdraw(e){this.#e=this.#e.filter(t=>t.key!==e||t.seq!==null)}saidAfter(e){return this.#e.some(t=>t.from===`user`&&t.seq!==null&&t.seq>e)}settle(e,t){let n=t[0]?.seq,r=this.#e.find(t=>t.key===e&&t.seq===null);r!==void 0&&n===this.#t+2&&(this.#i(r,{...r,seq:n-1}),this.#t=n-1);for(let e of t)this.#r(e,!1),e.seq===this.#t+1&&(this.#t=e.seq);return this.#a(),t.length>0&&t.every(e=>e.seq<=this.#t)}merge(e,{old:t=!1}={}){for(let n of e)this.#r(n,t),this.#t=Math.max(this.#t,n.seq);this.#a()}isOpen(e){let t=this.#e.indexOf(e);return!this.#e.slice(t+1).some(e=>e.from===`user`)}#r(e,t){if(this.#e.some(t=>t.seq===e.seq))return;let n=e.from===`user`?this.#e.find(e=>e.seq===null):void 0;n===void 0?this.#e=[...this.#e,{...e,key:`${this.#n}.${e.seq}`,old:t}]:this.#i(n,{...n,...e})}#i(e,t){this.#e=this.#e.map(n=>n===e?t:n)}#a(){let e=e=>e.seq??1/0;this.#e=[...this.#e].sort((t,n)=>e(t)===e(n)?0:e(t)-e(n))}},gt={phase:`asleep`,retrying:!1,trouble:``,notice:``},_t=class{#e;#t;#n;#r;#i;#a;#o;#s;constructor(e,t,n){this.api=e,this.store=t,this.onChange=n,this.timeline=new ht,this.#e=gt,this.#t=``,this.#n=`bot`,this.#r=!1,this.#i=!1,this.#a=!1,this.#o=new AbortController,this.#s=new ut(e=>this.#_(e))}get state(){return this.#e}get messageStuck(){return this.#e.phase===`stuck`&&this.#r}get erasable(){return this.store.conversation!==null}get adviserAnswers(){return this.#n===`adviser`}get adviserAwaited(){return this.#n===`adviser`||this.#n===`waiting`}get draft(){return this.#t}set draft(e){this.#t=e,this.store.draft=e,this.onChange()}set attended(e){this.#i=e,e?this.#g():this.#s.stop()}async start(){this.#e.phase===`asleep`&&await this.#l()}sleep(){this.#w(),this.#y(),this.#t=``,this.#r=!1,this.#E(gt)}async checkIdentity(){let e=this.store.conversation;if(!(e===null||this.#a||this.#e.phase===`opening`)){this.#a=!0;try{if((await this.api.identity(new AbortController().signal,qe)).who===e.who||this.store.conversation?.token!==e.token)return}catch(e){if(e instanceof z)return;throw e}finally{this.#a=!1}this.#w(),this.#S(),this.#e.phase!==`asleep`&&await this.#l(H.changed)}}async say(e){this.#e.phase===`ready`&&await this.#f({text:e},e)}async choose(e){this.#e.phase===`ready`&&await this.#f({choice:e.choice},e.title)}async retry(){this.#e.phase===`stuck`&&(this.#r?await this.#p():await this.#l(this.#e.notice))}async abandon(){let e=this.store.pending;this.messageStuck&&e!==null&&(this.#C(e),this.#E({phase:`ready`,trouble:``}),await this.#h(this.#w()),this.#g())}async erase(){let e=this.store.conversation;if(e===null)return;let t=this.#w();this.#E({phase:`opening`,retrying:!1,trouble:``});try{await this.api.erase(e.token,t)}catch(e){let n=this.#T(e,t);if(n===null)return;let r=this.#r&&this.store.pending===null;this.#E({phase:r?`ready`:`stuck`,trouble:`${H.notErased} ${U(n)}`}),this.#g();return}await this.#c(H.erased)}async#c(e){this.store.forget(),this.#y(),this.#t=``,await this.#l(e)}async#l(e=``){let t=this.#w();this.#r=!1,this.#E({phase:`opening`,retrying:!1,trouble:``,notice:e});try{let e=await this.api.identity(t),n=this.store.conversation;n!==null&&n.who!==e.who&&(this.#S(),this.#E({notice:H.changed})),await this.#u(t)||await this.#d(e,t)}catch(e){let n=this.#T(e,t);n!==null&&this.#E({phase:`stuck`,trouble:U(n)});return}this.#r=!0,this.#t||=this.store.draft,this.#E({phase:`ready`}),this.store.pending===null?this.#g():await this.#p()}async#u(e){let t=this.store.conversation;if(t===null)return!1;try{let n=await this.api.history(t.token,0,e);return this.#y(),this.#v(n,{old:!0}),!0}catch(e){if(!vt(e))throw e;return this.#x(),!1}}async#d(e,t){let n=await this.api.open(e,t);this.store.conversation={token:n.token,who:e.who},this.#y(),this.timeline.merge(n.messages)}async#f(e,t){`text`in e&&(this.draft=``),this.store.pending={id:ot(),said:e,label:t,after:this.timeline.synced},await this.#p()}async#p(){let{conversation:e,pending:t}=this.store;if(e===null||t===null)return;let n=this.#w();this.timeline.saidAfter(t.after)||this.timeline.place(t.id,t.label),this.#E({phase:`sending`,retrying:!1,trouble:``});let r=()=>this.#E({retrying:!0});try{let i=await this.api.send(e.token,t.id,t.said,n,r);if(i.erased){await this.#c(i.messages.map(({text:e})=>e).join(`
`));return}this.store.pending=null,this.#n=i.floor;let a=this.timeline.settle(t.id,i.messages);this.#E({phase:`ready`,retrying:!1}),a||await this.#h(n),this.#g()}catch(e){let r=this.#T(e,n);r!==null&&await this.#m(r,t)}}async#m(e,t){e.kind===`expired`?await this.#b():e.kind===`refused`?(this.#C(t),this.#E({phase:`ready`,retrying:!1,trouble:U(e)}),this.#g()):this.#E({phase:`stuck`,retrying:!1,trouble:`${U(e)} ${H.kept}`})}async#h(e){let t=this.store.conversation;if(t!==null)try{this.#v(await this.api.history(t.token,this.timeline.synced,e)),this.onChange()}catch(t){this.#T(t,e)?.kind===`expired`&&await this.#b()}}async#g(){this.#i&&this.#e.phase===`ready`&&await this.#s.start()}async#_(e){let t=this.store.conversation;if(t===null)throw new z(`expired`);let n=await this.api.history(t.token,this.timeline.synced,e,25);return!e.aborted&&(this.#v(n),this.onChange(),n.messages.length>0)}#v({messages:e,floor:t},n={}){this.timeline.merge(e,n),this.#n=t}#y(){this.timeline.clear(),this.#n=`bot`}async#b(){this.#x(),await this.#l(this.#e.notice)}#x(){let{pending:e,draft:t}=this.store,n=e!==null&&`text`in e.said?e.said.text:``;this.store.forget(),this.#y(),this.draft=[n,this.#t||t].filter(Boolean).join(`
`),this.#E({notice:this.#t===``?H.expired:H.expiredKept})}#S(){let e=this.store.conversation;this.store.forget(),this.#y(),this.#t=``,e!==null&&this.api.erase(e.token,new AbortController().signal).catch(e=>{if(!(e instanceof z))throw e})}#C(e){this.store.pending=null,this.timeline.withdraw(e.id),`text`in e.said&&(this.draft=[e.said.text,this.#t].filter(Boolean).join(`
`))}#w(){return this.#o.abort(),this.#s.stop(),this.#o=new AbortController,this.#o.signal}#T(e,t){if(t.aborted)return null;if(e instanceof z)return e;throw e}#E(e){this.#e={...this.#e,...e},this.onChange()}};function vt(e){return e instanceof z&&e.kind===`expired`}function U(e){return e.detail||H.failed[e.kind]}var W=e=>E`<svg viewBox="0 0 24 24" aria-hidden="true">${e}</svg>`,yt=W(D`
  <path d="M12 3c-5 0-9 3.4-9 7.8 0 2.4 1.2 4.5 3.1 5.9L5.5 21l4.3-2.6c.7.1 1.5.2 2.2.2 5 0 9-3.4 9-7.8S17 3 12 3z" />
  <path d="M8.2 11 12 7.6l3.8 3.4M9.4 10.2v4h5.2v-4" />
`),bt=W(D`<path d="m6 6 12 12M18 6 6 18" />`),xt=W(D`<path d="M4 12h15M13 6l6 6-6 6" />`),St=W(D`<path d="M12 5v14M6 13l6 6 6-6" />`),Ct=`(max-width: 32em), (max-height: 30em)`,wt=class{#e=window.matchMedia(Ct);#t=[];#n=!1;constructor(e,t){this.host=e,this.onChange=t}get raised(){return this.#n&&this.#e.matches}raise(){this.#n||this.#e.addEventListener(`change`,this.#i),this.#n=!0,this.#r()}lower(){this.#e.removeEventListener(`change`,this.#i),this.#n=!1,this.#r()}#r(){for(let e of this.#t)e.removeAttribute(`inert`);this.#t=this.raised?[...this.host.parentElement?.children??[]].filter(e=>e!==this.host&&!e.hasAttribute(`inert`)):[];for(let e of this.#t)e.setAttribute(`inert`,``)}#i=()=>{this.#r(),this.onChange()}},Tt=`offre-bailleurs-chat.`;function Et(){try{return window.sessionStorage}catch{return null}}var Dt=class{#e=new Map;constructor(e){this.storage=e}get conversation(){let e=this.#t(`conversation`);return L(e)&&typeof e.token==`string`&&typeof e.who==`string`?{token:e.token,who:e.who}:null}set conversation(e){this.#r(`conversation`,e)}get pending(){let e=this.#t(`pending`);if(!L(e)||!L(e.said))return null;let{id:t,said:n,label:r,after:i}=e;return typeof t!=`string`||typeof r!=`string`||typeof i!=`number`?null:typeof n.text==`string`?{id:t,label:r,after:i,said:{text:n.text}}:typeof n.choice==`string`?{id:t,label:r,after:i,said:{choice:n.choice}}:null}set pending(e){this.#r(`pending`,e)}get draft(){let e=this.#t(`draft`);return typeof e==`string`?e:``}set draft(e){this.#r(`draft`,e===``?null:e)}get panelOpen(){return this.#t(`open`)===!0}set panelOpen(e){this.#r(`open`,e?!0:null)}forget(){this.conversation=null,this.pending=null,this.draft=``}#t(e){let t=this.#e.get(e)??this.#n(e);if(t===null)return null;try{return JSON.parse(t)}catch{return null}}#n(e){try{return this.storage?.getItem(Tt+e)??null}catch{return null}}#r(e,t){let n=JSON.stringify(t);this.#e.set(e,n);try{t===null?this.storage?.removeItem(Tt+e):this.storage?.setItem(Tt+e,n)}catch{}}},G=o`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`,Ot=o`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  p,
  h2,
  ul {
    margin: 0;
    padding: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    min-height: 2.75em;
    padding: 0.4em 0.9em;
    border: 1px solid var(--chat-control);
    border-radius: 0.6em;
    background: var(--chat-ground);
    color: var(--chat-link);
    cursor: pointer;
    text-align: start;
    overflow-wrap: anywhere;
  }
  button:hover:not(:disabled, [aria-disabled]) {
    background: var(--chat-soft);
    border-color: currentColor;
  }
  button:disabled,
  button[aria-disabled] {
    cursor: default;
  }
  button.primary {
    border-color: var(--chat-primary);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled, [aria-disabled]) {
    background: var(--chat-primary-strong);
  }
  :focus-visible {
    outline: 3px solid var(--chat-focus);
    outline-offset: 2px;
  }
  svg {
    width: 1.4em;
    height: 1.4em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .visually-hidden {
    ${G}
  }
`,kt=o`
  .launcher {
    position: fixed;
    inset-block-end: 1.25em;
    inset-inline-end: 1.25em;
    z-index: 2147483000;
    display: flex;
    align-items: center;
    gap: 0.6em;
    min-height: 3.25em;
    padding: 0.5em 1.3em 0.5em 1em;
    border: 2px solid var(--chat-on-primary);
    border-radius: 2em;
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
    box-shadow: 0 0.3em 1.2em var(--chat-shade);
  }
  .launcher:hover:not(:disabled) {
    background: var(--chat-primary-strong);
    border-color: var(--chat-on-primary);
  }
  .launcher svg {
    width: 1.8em;
    height: 1.8em;
    stroke-width: 1.7;
  }

  .panel {
    position: fixed;
    inset-block-end: 1.25em;
    inset-inline-end: 1.25em;
    z-index: 2147483000;
    display: flex;
    flex-direction: column;
    width: 25.5em;
    height: min(42em, calc(100dvh - 2.5em));
    overflow: hidden;
    border: 1px solid var(--chat-control);
    border-radius: 1em;
    background: var(--chat-ground);
    box-shadow: 0 0.6em 2.5em var(--chat-shade);
  }
  .header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.8em;
    padding: 0.7em 0.8em 0.7em 1.1em;
    border-block-end: 3px solid var(--chat-accent);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
  }
  .header h2 {
    font-size: 1.1em;
    font-weight: 650;
    line-height: 1.25;
  }
  .header p {
    font-size: 0.875em;
  }
  .header button {
    display: flex;
    align-items: center;
    gap: 0.4em;
    flex: none;
    border-color: transparent;
    background: transparent;
    color: inherit;
  }
  .header button:hover {
    background: var(--chat-primary-strong);
    border-color: var(--chat-on-primary);
  }
  .header :focus-visible {
    outline-color: var(--chat-on-primary);
    outline-offset: -3px;
  }
  .header svg {
    width: 1.15em;
    height: 1.15em;
  }
  .log {
    flex: 1;
    min-height: 0;
  }
  .trouble {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
    padding: 0.8em 1.1em;
    border-block-start: 1px solid var(--chat-accent);
    border-inline-start: 4px solid var(--chat-accent);
    background: var(--chat-alert);
  }
  .trouble p {
    flex: 1 0 100%;
    font-size: 0.9375em;
  }
  .footer {
    padding: 0 0.6em 0.5em;
    text-align: end;
  }
  .footer button {
    min-height: 2em;
    padding: 0.2em 0.5em;
    border-color: transparent;
    background: transparent;
    color: var(--chat-muted);
    font-size: 0.875em;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .footer button:hover {
    color: var(--chat-link);
  }

  dialog {
    inset: auto 2em 5em auto;
    width: 22em;
    max-width: calc(100vw - 2em);
    margin: 0;
    padding: 1.2em;
    border: 1px solid var(--chat-control);
    border-radius: 0.8em;
    background: var(--chat-ground);
    color: var(--chat-ink);
    font-size: inherit;
    box-shadow: 0 0.6em 2.5em var(--chat-shade);
  }
  dialog::backdrop {
    background: rgb(13 30 50 / 45%);
  }
  dialog h2 {
    margin-block-end: 0.4em;
    font-size: 1.1em;
    font-weight: 650;
  }
  dialog div {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
    margin-block-start: 1em;
  }

  /* A small or much enlarged screen: the panel is all there is to see. */
  @media (max-width: 32em), (max-height: 30em) {
    .panel {
      inset: 0;
      width: auto;
      height: auto;
      border: 0;
      border-radius: 0;
    }
    dialog {
      inset: auto 1em 1em auto;
    }
  }
  @media (max-width: 26em) {
    .close > span {
      ${G}
    }
  }
  @media (max-height: 30em) {
    .header {
      padding-block: 0.2em;
    }
    .header p {
      display: none;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .panel {
      animation: rise 180ms ease-out;
    }
    @keyframes rise {
      from {
        opacity: 0;
        transform: translateY(0.8em);
      }
    }
  }
  @media print {
    :host {
      display: none;
    }
  }
`,At=o`
  :host {
    all: initial;
    color-scheme: inherit;
    direction: ltr;
    font-family: system-ui, sans-serif;
    font-size: medium;
    line-height: 1.45;
    color: var(--chat-ink);

    --chat-ink: #14263b;
    --chat-muted: #4a5d73;
    --chat-ground: #ffffff;
    --chat-soft: #eef3f8;
    --chat-edge: #d3dde8;
    --chat-control: #6a7f97;
    --chat-primary: #1c4068;
    --chat-primary-strong: #122e4d;
    --chat-on-primary: #ffffff;
    --chat-link: #1c4a80;
    --chat-focus: #2468b0;
    --chat-accent: #b1471d;
    --chat-alert: #fdf1ea;
    --chat-shade: rgb(13 30 50 / 22%);
  }

  @supports (color: light-dark(white, black)) {
    :host {
      --chat-ink: light-dark(#14263b, #e6edf5);
      --chat-muted: light-dark(#4a5d73, #a9b9ca);
      --chat-ground: light-dark(#ffffff, #111d2b);
      --chat-soft: light-dark(#eef3f8, #1d2d40);
      --chat-edge: light-dark(#d3dde8, #33475e);
      --chat-control: light-dark(#6a7f97, #7f95ad);
      --chat-primary: light-dark(#1c4068, #234f80);
      --chat-primary-strong: light-dark(#122e4d, #2c6099);
      --chat-link: light-dark(#1c4a80, #9cc8f7);
      --chat-focus: light-dark(#2468b0, #9cc8f7);
      --chat-accent: light-dark(#b1471d, #f0a27c);
      --chat-alert: light-dark(#fdf1ea, #38251d);
      --chat-shade: light-dark(rgb(13 30 50 / 22%), rgb(0 0 0 / 55%));
    }
  }
`;function K(e,t,n,r){var i=arguments.length,a=i<3?t:r===null?r=Object.getOwnPropertyDescriptor(t,n):r,o;if(typeof Reflect==`object`&&typeof Reflect.decorate==`function`)a=Reflect.decorate(e,t,n,r);else for(var s=e.length-1;s>=0;s--)(o=e[s])&&(a=(i<3?o(a):i>3?o(t,n,a):o(t,n))||a);return i>3&&a&&Object.defineProperty(t,n,a),a}var jt,Mt=1e3,q=(class extends P{constructor(...e){super(...e),this.chatUrl=``,this.identityUrl=null,this.privacyUrl=``,this.opened=!1,this.announced=``,this.#e=new Dt(Et()),this.#t=new wt(this,()=>this.requestUpdate()),this.#n=null,this.#r=``,this.#i=0,this.#b=()=>{this.#g(),document.visibilityState===`visible`&&this.#o.checkIdentity()},this.#x=()=>{this.#o.checkIdentity()},this.#S=()=>{this.#o.sleep()},this.#C=e=>{e.persisted&&this.#_()},this.#w=e=>{e.key!==`Escape`||e.isComposing||(e.stopPropagation(),this.close())},this.#T=()=>{this.#o.retry(),this.#s?.focus()},this.#E=()=>{this.#o.abandon(),this.#s?.focus()},this.#D=()=>{this.#c.close(),this.#o.erase(),this.#s?.focus()}}#e;#t;#n;#r;#i;#a;connectedCallback(){super.connectedCallback(),this.lang=`fr`,this.#n??=new _t(new et(this.chatUrl,this.identityUrl),this.#e,()=>this.#v()),document.addEventListener(`visibilitychange`,this.#b),window.addEventListener(`focus`,this.#x),window.addEventListener(`pagehide`,this.#S),window.addEventListener(`pageshow`,this.#C),this.#_()}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#a),document.removeEventListener(`visibilitychange`,this.#b),window.removeEventListener(`focus`,this.#x),window.removeEventListener(`pagehide`,this.#S),window.removeEventListener(`pageshow`,this.#C),this.#t.lower(),this.#o.sleep()}async open(){this.#h(!0),await this.updateComplete,this.#s?.focus()}async close(){this.#h(!1),await this.updateComplete,this.renderRoot.querySelector(`.launcher`)?.focus()}render(){return E`
      <button type="button" class="launcher" aria-haspopup="dialog" ?hidden=${this.opened} @click=${()=>this.open()}>
        ${yt}<span
          >${this.#m?H.launcherNews:E`${H.launcher}<span class="visually-hidden">${H.launcherMore}</span>`}</span
        >
      </button>
      <p class="visually-hidden" role="status">${this.#m?H.launcherNews:this.announced}</p>
      ${this.opened?this.#l():k}
    `}get#o(){return this.#n}get#s(){return this.renderRoot.querySelector(`offre-bailleurs-chat-composer`)}get#c(){return this.renderRoot.querySelector(`dialog`)}#l(){let{state:e,timeline:t,draft:n,adviserAnswers:r}=this.#o;return E`
      <section
        class="panel"
        role="dialog"
        aria-modal=${this.#t.raised?`true`:k}
        aria-labelledby="title"
        @keydown=${this.#w}
      >
        <div class="header">
          <div>
            <h2 id="title">${H.title}</h2>
            <p>${r?H.withAdviser:H.automatic}</p>
          </div>
          <button type="button" class="close" @click=${()=>this.close()}>
            ${bt}<span>${H.close}<span class="visually-hidden">${H.closeMore}</span></span>
          </button>
        </div>
        <offre-bailleurs-chat-log
          class="log"
          .entries=${t.entries}
          .isOpen=${n=>e.phase===`ready`&&!r&&t.isOpen(n)}
          .notice=${e.notice}
          .privacyUrl=${this.privacyUrl}
          .activity=${this.#f}
          @choose=${e=>this.#o.choose(e.detail)}
        ></offre-bailleurs-chat-log>
        <div role="alert">${e.trouble?this.#u(e.trouble):k}</div>
        <offre-bailleurs-chat-composer
          .draft=${n}
          .blocked=${this.#p}
          @draft=${e=>this.#o.draft=e.detail}
          @say=${e=>this.#o.say(e.detail)}
        ></offre-bailleurs-chat-composer>
        <p class="footer">
          <button type="button" ?hidden=${!this.#o.erasable} @click=${()=>this.#c.showModal()}>
            ${H.erase}
          </button>
        </p>
      </section>
      ${this.#d()}
    `}#u(e){let{messageStuck:t,state:n}=this.#o;return E`
      <div class="trouble">
        <p>${e}</p>
        ${n.phase===`stuck`?E`<button type="button" class="primary" @click=${this.#T}>${H.retry}</button>`:k}
        ${t?E`<button type="button" @click=${this.#E}>${H.abandon}</button>`:k}
      </div>
    `}#d(){return E`
      <dialog role="alertdialog" aria-labelledby="erase-title" aria-describedby="erase-detail">
        <h2 id="erase-title">${H.eraseQuestion}</h2>
        <p id="erase-detail">${H.eraseDetail}</p>
        <div>
          <button type="button" autofocus @click=${()=>this.#c.close()}>${H.eraseNo}</button>
          <button type="button" class="primary" @click=${this.#D}>${H.eraseYes}</button>
        </div>
      </dialog>
    `}get#f(){let{phase:e,retrying:t}=this.#o.state;return e===`opening`?H.opening:e===`sending`?t?H.retrying:this.#o.adviserAnswers?``:H.typing:``}get#p(){let{phase:e}=this.#o.state;return e===`ready`?``:e===`stuck`?H.stuckFirst:this.#o.adviserAnswers?H.stillSending:H.stillAnswering}get#m(){let{entries:e}=this.#o.timeline;return!this.opened&&e.some(({from:e,seq:t})=>e===`adviser`&&t!==null&&t>this.#i)}#h(e){this.opened=e,this.#i=this.#o.timeline.synced,this.#e.panelOpen=e,e?this.#t.raise():this.#t.lower(),this.#g(),e&&this.#o.start()}#g(){let e=this.opened||this.#o.adviserAwaited;this.#o.attended=e&&document.visibilityState===`visible`}#_(){this.#e.panelOpen?this.#h(!0):this.#o.checkIdentity()}#v(){this.requestUpdate(),this.#g();let e=this.#f;e!==this.#r&&(this.#r=e,clearTimeout(this.#a),e===``?this.announced=``:this.#a=setTimeout(()=>this.#y(e),Mt))}#y(e){this.announced=e}#b;#x;#S;#C;#w;#T;#E;#D;static#O=jt=()=>(this.styles=[At,Ot,kt],this)},jt());K([F({attribute:`chat-url`})],q.prototype,`chatUrl`,void 0),K([F({attribute:`identity-url`})],q.prototype,`identityUrl`,void 0),K([F({attribute:`privacy-url`})],q.prototype,`privacyUrl`,void 0),K([I()],q.prototype,`opened`,void 0),K([I()],q.prototype,`announced`,void 0);var J={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Nt=e=>(...t)=>({_$litDirective$:e,values:t}),Pt=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:Ft}=ke,It=e=>e,Lt=e=>e.strings===void 0,Rt=()=>document.createComment(``),Y=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new Ft(r.insertBefore(Rt(),i),r.insertBefore(Rt(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=It(e).nextSibling;It(r).insertBefore(e,i),e=t}}}return n},X=(e,t,n=e)=>(e._$AI(t,n),e),zt={},Bt=(e,t=zt)=>e._$AH=t,Vt=e=>e._$AH,Ht=e=>{e._$AR(),e._$AA.remove()},Ut=Nt(class extends Pt{constructor(e){if(super(e),e.type!==J.PROPERTY&&e.type!==J.ATTRIBUTE&&e.type!==J.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!Lt(e))throw Error("`live` bindings can only contain a single expression")}render(e){return e}update(e,[t]){if(t===O||t===k)return t;let n=e.element,r=e.name;if(e.type===J.PROPERTY){if(t===n[r])return O}else if(e.type===J.BOOLEAN_ATTRIBUTE){if(!!t===n.hasAttribute(r))return O}else if(e.type===J.ATTRIBUTE&&n.getAttribute(r)===t+``)return O;return Bt(e),t}}),Wt=o`
  :host {
    display: block;
    border-block-start: 1px solid var(--chat-edge);
  }
  form {
    padding: 0.7em 1.1em 0.2em;
  }
  label {
    display: block;
    margin-block-end: 0.3em;
    font-size: 0.875em;
    font-weight: 600;
  }
  .field {
    display: flex;
    align-items: flex-end;
    gap: 0.6em;
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.75em;
    max-height: 8em;
    padding: 0.55em 0.7em;
    border: 1px solid var(--chat-control);
    border-radius: 0.6em;
    background: var(--chat-ground);
    line-height: 1.4;
    resize: none;
    field-sizing: content;
  }
  textarea:focus-visible {
    outline-offset: 0;
  }
  textarea[aria-invalid] {
    border: 2px solid var(--chat-accent);
  }
  .send {
    display: flex;
    align-items: center;
    gap: 0.4em;
    flex: none;
    border-color: var(--chat-primary);
    background: var(--chat-primary);
    color: var(--chat-on-primary);
    font-weight: 600;
  }
  .send:hover:not([aria-disabled]) {
    border-color: var(--chat-primary-strong);
    background: var(--chat-primary-strong);
  }
  .send[aria-disabled] {
    border-color: var(--chat-control);
    background: var(--chat-soft);
    color: var(--chat-muted);
  }
  .hint,
  .counter {
    margin-block-start: 0.35em;
    color: var(--chat-muted);
    font-size: 0.8125em;
  }
  .counter:empty {
    display: none;
  }
  .counter.over {
    color: var(--chat-accent);
    font-weight: 600;
  }
  /* A hint about keys is of no use without a keyboard, nor worth its place on a small screen. */
  @media (pointer: coarse), (max-width: 32em), (max-height: 30em) {
    .hint {
      display: none;
    }
  }
  @media (max-width: 26em) {
    .send > span {
      ${G}
    }
  }
  @media (max-height: 30em) {
    label {
      ${G}
    }
  }
`,Gt=/^([•\-–]|\d{1,2}[.)])\s+(\S.*)/;function Kt(e){return e.split(/\n\s*\n/).flatMap(e=>qt(e.split(`
`).map(e=>e.trim()).filter(Boolean))).map(e=>Yt(e[0])?{kind:`list`,items:e.map(Jt)}:{kind:`paragraph`,lines:e})}function qt(e){let t=[];for(let n of e){let e=t.at(-1);e!==void 0&&Yt(e[0])===Yt(n)?e.push(n):t.push([n])}return t}function Jt(e){let[,t=``,n=``]=Gt.exec(e)??[];return{mark:t,text:n}}function Yt(e){return Gt.test(e)}function Xt(e){return[...e].length}var Zt,Qt=1e3,$t=1e3,Z=(class extends P{constructor(...e){super(...e),this.draft=``,this.blocked=``,this.announced=``,this.#i=e=>{this.announced=``,this.dispatchEvent(new CustomEvent(`draft`,{detail:e.target.value}))},this.#a=e=>{e.key!==`Enter`||e.shiftKey||e.isComposing||(e.preventDefault(),this.#s())},this.#o=e=>{e.preventDefault(),this.#s()}}#e;focus(){this.renderRoot.querySelector(`textarea`)?.focus()}render(){let e=this.#n;return E`
      <form @submit=${this.#o}>
        <label for="input">${H.input}</label>
        <div class="field">
          <textarea
            id="input"
            rows="2"
            autocomplete="off"
            enterkeyhint="send"
            aria-describedby="hint counter"
            aria-invalid=${this.#t<0?`true`:k}
            .value=${Ut(this.draft)}
            @input=${this.#i}
            @keydown=${this.#a}
          ></textarea>
          <button type="submit" class="send" aria-disabled=${this.blocked?`true`:k}>
            ${xt}<span>${H.send}</span>
          </button>
        </div>
        <p id="counter" class="counter ${this.#t<0?`over`:``}">${e}</p>
        <p id="hint" class="hint">${H.inputHint}</p>
        <p class="visually-hidden" role="status">${this.announced}</p>
      </form>
    `}updated(e){e.has(`draft`)&&(clearTimeout(this.#e),this.#e=setTimeout(()=>this.#r(this.#n),$t))}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#e)}get#t(){return Qt-Xt(this.draft.trim())}get#n(){let e=this.#t;return e>100?``:e<0?H.charactersOver(-e):H.charactersLeft(e)}#r(e){this.announced=e}#i;#a;#o;#s(){let e=this.draft.trim();this.blocked||this.#t<0?this.#r(this.blocked||H.tooLong(1e3)):e!==``&&this.dispatchEvent(new CustomEvent(`say`,{detail:e})),this.focus()}static#c=Zt=()=>(this.styles=[Ot,Wt],this)},Zt());K([F()],Z.prototype,`draft`,void 0),K([F()],Z.prototype,`blocked`,void 0),K([I()],Z.prototype,`announced`,void 0);var en=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},tn=Nt(class extends Pt{constructor(e){if(super(e),e.type!==J.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=Vt(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=X(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=X(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=X(i[d],a[m]),Y(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=X(i[f],a[p]),Y(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=en(o,p,m),u=en(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=Y(e,i[d]);X(t,a[p]),c[p]=t}else c[p]=X(n,a[p]),Y(e,i[d],n),i[t]=null;p++}else Ht(i[f]),f--}else Ht(i[d]),d++;for(;p<=m;){let t=Y(e,c[m+1]);X(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&Ht(e)}return this.ut=o,Bt(e,c),O}}),nn=o`
  :host {
    position: relative;
    display: block;
  }
  .log {
    position: relative;
    height: 100%;
    padding: 1.1em;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .privacy {
    margin-block-end: 1.1em;
    color: var(--chat-muted);
    font-size: 0.875em;
  }
  .privacy a {
    color: var(--chat-link);
  }
  .notice {
    margin-block-end: 1.1em;
    padding: 0.6em 0.8em;
    border-inline-start: 4px solid var(--chat-link);
    background: var(--chat-soft);
    font-size: 0.9375em;
  }
  .entry {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    margin-block-end: 1em;
  }
  .speaker {
    margin-block-end: 0.2em;
    color: var(--chat-muted);
    font-size: 0.8125em;
    font-weight: 600;
  }
  .bubble {
    max-width: 90%;
    padding: 0.65em 0.9em;
    border: 1px solid transparent;
    border-radius: 0.2em 0.9em 0.9em;
    background: var(--chat-soft);
    overflow-wrap: anywhere;
  }
  .bubble p {
    white-space: pre-line;
  }
  .bubble p + *,
  .bubble ul + *,
  .bubble img + * {
    margin-block-start: 0.5em;
  }
  .user {
    align-items: flex-end;
  }
  .user .bubble {
    border-radius: 0.9em 0.2em 0.9em 0.9em;
    background: var(--chat-primary);
    color: var(--chat-on-primary);
  }
  .adviser .bubble {
    border-color: var(--chat-control);
    border-inline-start: 4px solid var(--chat-accent);
    background: var(--chat-ground);
  }
  .adviser .speaker {
    color: var(--chat-accent);
  }
  ul {
    list-style: none;
  }
  li {
    padding-inline-start: 1.35em;
    text-indent: -1.35em;
  }
  /* Inline, so that a copied line stays one line. */
  li span {
    display: inline-block;
    min-width: 1.05em;
    text-indent: 0;
  }
  li + li {
    margin-block-start: 0.3em;
  }
  img {
    display: block;
    max-width: 100%;
    max-height: 18em;
    border: 1px solid var(--chat-edge);
    border-radius: 0.4em;
    background: #ffffff;
    color: #14263b;
  }
  .file {
    display: inline-block;
    color: var(--chat-link);
    font-weight: 600;
    text-underline-offset: 0.2em;
  }
  .file:hover {
    text-decoration-thickness: 2px;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    margin-block-start: 0.6em;
  }
  .choice {
    border-color: var(--chat-link);
    border-radius: 1.4em;
    font-weight: 550;
  }
  .feedback {
    min-height: 2em;
    padding-block: 0.1em;
    border-color: transparent;
    color: var(--chat-muted);
    font-size: 0.875em;
    font-weight: 400;
  }
  .feedback:hover:not(:disabled) {
    border-color: var(--chat-control);
    color: var(--chat-link);
  }
  .choice:disabled,
  .choice.spent {
    border-color: var(--chat-edge);
    color: var(--chat-muted);
    font-weight: 400;
  }
  .activity {
    display: flex;
    align-items: center;
    gap: 0.6em;
    color: var(--chat-muted);
    font-size: 0.875em;
  }
  .dots {
    display: flex;
    gap: 0.25em;
  }
  .dots i {
    width: 0.5em;
    height: 0.5em;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--chat-control);
  }
  .unseen {
    position: absolute;
    inset-block-end: 0.8em;
    inset-inline-start: 50%;
    display: flex;
    align-items: center;
    gap: 0.4em;
    transform: translateX(-50%);
    border-radius: 1.4em;
    border-color: var(--chat-link);
    font-weight: 600;
    white-space: nowrap;
    box-shadow: 0 0.2em 0.8em var(--chat-shade);
  }
  @media (prefers-reduced-motion: no-preference) {
    .dots i {
      animation: breathe 1.2s ease-in-out infinite;
    }
    .dots i:nth-child(2) {
      animation-delay: 150ms;
    }
    .dots i:nth-child(3) {
      animation-delay: 300ms;
    }
    @keyframes breathe {
      50% {
        opacity: 0.25;
      }
    }
  }
`,rn,an=48,on=/^(?:👍|👎)/u,sn=700,Q=(class extends P{constructor(...e){super(...e),this.entries=[],this.isOpen=()=>!1,this.notice=``,this.privacyUrl=``,this.activity=``,this.hushed=!1,this.unseen=!1,this.pressed=``,this.#e=new Set,this.#t=!0,this.#r=new ResizeObserver(()=>this.#b()),this.#o=e=>E`
    <div class="entry ${e.from}" data-key=${e.key}>
      <p class="speaker">${H.speakers[e.from]}<span class="visually-hidden">${`\xA0:`}</span></p>
      <div class="bubble">
        ${e.image===void 0?this.#s(e.text):this.#c(e.image,e.text)}
        ${e.attachment===void 0?k:this.#l(e.attachment)}
      </div>
      ${e.buttons.length===0?k:this.#u(e)}
    </div>
  `,this.#v=()=>{let e=this.#i;this.#t=e.scrollHeight-e.clientHeight-e.scrollTop<an,this.#t&&(this.unseen=!1)},this.#y=()=>{this.#g(),this.#i.focus()},this.#b=()=>{this.#t&&this.#_(1/0)}}#e;#t;#n;#r;render(){return E`
      <div
        class="log"
        role="log"
        aria-label=${H.log}
        aria-live=${this.hushed?`off`:`polite`}
        tabindex="0"
        @scroll=${this.#v}
      >
        ${this.#a()} ${this.notice?E`<p class="notice">${this.notice}</p>`:k}
        ${tn(this.entries,e=>e.key,this.#o)}
        ${this.activity?E`<p class="activity" aria-hidden="true">
                <span class="dots"><i></i><i></i><i></i></span>${this.activity}
              </p>`:k}
      </div>
      ${this.unseen?E`<button type="button" class="unseen" @click=${this.#y}>${St}${H.newMessage}</button>`:k}
    `}willUpdate(e){if(!e.has(`entries`))return;let t=!this.hasUpdated;this.entries.some(e=>!this.#e.has(e.key)&&(e.old||t))&&this.#p()}firstUpdated(){this.#r.observe(this.#i)}updated(e){e.has(`entries`)?this.#m():e.has(`activity`)&&this.#b()}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#n),this.#r.disconnect()}get#i(){return this.renderRoot.querySelector(`.log`)}#a(){return E`<p class="privacy">
      ${H.privacy}
      ${this.privacyUrl?E`<a href=${this.privacyUrl} target="_blank" rel="noopener"
              >${H.privacyLink}<span class="visually-hidden"> (${H.newWindow})</span></a
            >`:k}
    </p>`}#o;#s(e){return Kt(V(e)).map(e=>e.kind===`list`?E`<ul role="list">
            ${e.items.map(e=>E`<li><span>${e.mark}</span> ${e.text}</li>`)}
          </ul>`:E`<p>${e.lines.join(`
`)}</p>`)}#c(e,t){return E`
      <img src=${e} alt=${t} @load=${this.#b} />
      <div aria-hidden="true">${this.#s(t)}</div>
    `}#l({name:e,url:t,type:n,size:r}){return E`
      <a class="file" href=${t} target="_blank" rel="noopener"
        >${e} (${[ft(n,e),...r>0?[pt(r)]:[]].join(`, `)})<span class="visually-hidden"> (${H.newWindow})</span></a
      >
    `}#u(e){let t=this.isOpen(e);return E`
      <div class="choices">
        ${e.buttons.map((n,r)=>{let i=`${e.key}/${r}`,a=this.pressed===i;return E`<button
            type="button"
            class="choice ${on.test(n.title)?`feedback`:``} ${a&&!t?`spent`:``}"
            ?disabled=${!t&&!a}
            aria-disabled=${a&&!t?`true`:k}
            @click=${()=>this.#d(i,n,t)}
            @blur=${()=>this.#f(i)}
          >
            ${n.title}
          </button>`})}
      </div>
    `}#d(e,t,n){n&&(this.pressed=e,this.dispatchEvent(new CustomEvent(`choose`,{detail:t})))}#f(e){this.pressed===e&&(this.pressed=``)}#p(){this.hushed=!0,clearTimeout(this.#n),this.#n=setTimeout(()=>{this.hushed=!1},sn)}#m(){let e=this.entries.filter(e=>!this.#e.has(e.key)),t=e.length===this.entries.length;this.#e=new Set(this.entries.map(e=>e.key)),t||e.some(e=>e.seq===null)?this.#g():this.#t?this.#_(e[0]===void 0?1/0:this.#h(e[0])):e.length>0&&(this.unseen=!0)}#h(e){let t=this.renderRoot.querySelector(`[data-key="${e.key}"]`);return t===null?1/0:t.offsetTop-an/4}#g(){this.#t=!0,this.unseen=!1,this.#_(1/0)}#_(e){let t=this.#i;t.scrollTop=Math.min(e,t.scrollHeight-t.clientHeight)}#v;#y;#b;static#x=rn=()=>(this.styles=[Ot,nn],this)},rn());K([F({attribute:!1})],Q.prototype,`entries`,void 0),K([F({attribute:!1})],Q.prototype,`isOpen`,void 0),K([F()],Q.prototype,`notice`,void 0),K([F()],Q.prototype,`privacyUrl`,void 0),K([F()],Q.prototype,`activity`,void 0),K([I()],Q.prototype,`hushed`,void 0),K([I()],Q.prototype,`unseen`,void 0),K([I()],Q.prototype,`pressed`,void 0);var $=`offre-bailleurs-chat`;function cn(e){let{chatUrl:t,identityUrl:n,privacyUrl:r}=e?.dataset??{};if(t===void 0)throw Error(`${$}: the script tag has no data-chat-url`);if(customElements.get($)!==void 0)return;customElements.define(`${$}-log`,Q),customElements.define(`${$}-composer`,Z),customElements.define($,q);let i=document.createElement($);i.setAttribute(`chat-url`,t),n!==void 0&&i.setAttribute(`identity-url`,n),r!==void 0&&i.setAttribute(`privacy-url`,r),document.body.append(i)}cn(document.currentScript??document.querySelector(`script[data-chat-url]`))})();